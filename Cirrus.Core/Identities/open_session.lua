-- Starts a session, unless the password it was opened with is no longer the user's.
-- KEYS (after those of accept.lua): session, sessions of the user, user
-- ARGV (after those of accept.lua): name, hash of the session, generation, now (ms), end (ms), lifetime (ms), password hash that was verified,
--   the same password under newer parameters ('' = not needed)
-- Returns {'ok'} or {'stale'}.
local session, sessions, user = KEYS[4], KEYS[5], KEYS[6]

if redis.call('HGET', user, 'generation') ~= ARGV[9] then
  return { 'stale' }
end
if ARGV[14] ~= '' and redis.call('HGET', user, 'password') == ARGV[13] then
  redis.call('HSET', user, 'password', ARGV[14])
end
redis.call('HSET', user, 'lastLogin', ARGV[10])
redis.call('HSET', session, 'user', ARGV[7], 'generation', ARGV[9], 'expires', ARGV[11])
redis.call('PEXPIRE', session, ARGV[12])
redis.call('ZREMRANGEBYSCORE', sessions, '-inf', ARGV[10])
redis.call('ZADD', sessions, ARGV[11], ARGV[8])
redis.call('PEXPIRE', sessions, ARGV[12])
append_audit('login', ARGV[7], '', '', '')
return { 'ok' }
