-- Removes a user and ends its sessions.
-- KEYS (after those of accept.lua): user, users, sessions of the user, where its last revision is kept
-- ARGV (after those of accept.lua): name, expected revision ('' = any), score of admins, keep an admin (1 or 0), prefix of session keys
-- Returns {'ok'}, {'missing'}, {'conflict'} or {'last'}.
local user, users, sessions = KEYS[4], KEYS[5], KEYS[6]
local name, admin = ARGV[7], ARGV[9]

local current = redis.call('HGET', user, 'document')
if not current then
  return { 'missing' }
end
local revision = cjson.decode(current).revision
if ARGV[8] ~= '' and revision ~= tonumber(ARGV[8]) then
  return { 'conflict' }
end
if ARGV[10] == '1' and redis.call('ZSCORE', users, name) == admin and redis.call('ZCOUNT', users, admin, admin) == 1 then
  return { 'last' }
end

for _, session in ipairs(redis.call('ZRANGE', sessions, 0, -1)) do
  redis.call('DEL', ARGV[11] .. session)
end
redis.call('DEL', user, sessions)
keep_former(KEYS[7], revision)
redis.call('ZREM', users, name)
append_audit('user-delete', name, current, '', '')
return { 'ok' }
