-- Ends one session, or all of a user: the new generation also ends one that is being opened at this moment.
-- KEYS (after those of accept.lua): session, sessions of the user, user
-- ARGV (after those of accept.lua): name, hash of the session, everywhere (1 or 0), generation, prefix of session keys
-- Returns {'ok'}.
local session, sessions, user = KEYS[4], KEYS[5], KEYS[6]

if ARGV[9] == '1' then
  for _, other in ipairs(redis.call('ZRANGE', sessions, 0, -1)) do
    redis.call('DEL', ARGV[11] .. other)
  end
  redis.call('DEL', sessions)
  if redis.call('EXISTS', user) == 1 then
    redis.call('HSET', user, 'generation', ARGV[10])
  end
else
  redis.call('ZREM', sessions, ARGV[8])
end
redis.call('DEL', session)
append_audit(ARGV[9] == '1' and 'logout-everywhere' or 'logout', ARGV[7], '', '', '')
return { 'ok' }
