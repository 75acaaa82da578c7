-- Makes the first admin in exchange for the setup code.
-- KEYS (after those of accept.lua): setup, users, user
-- ARGV (after those of accept.lua): hash of the code, name, json, role, password hash, generation
-- Returns {'ok'}, {'wrong'} or {'closed'}.
local setup, users, user = KEYS[4], KEYS[5], KEYS[6]

if redis.call('EXISTS', users) == 1 then
  return { 'closed' }
end
if redis.call('HGET', setup, 'hash') ~= ARGV[7] then
  return { 'wrong' }
end
redis.call('HSET', user, 'document', ARGV[9], 'password', ARGV[11], 'generation', ARGV[12])
redis.call('ZADD', users, ARGV[10], ARGV[8])
redis.call('DEL', setup)
append_audit('setup', ARGV[8], '', ARGV[9], '')
return { 'ok' }
