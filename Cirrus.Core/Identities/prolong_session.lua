-- Moves the end of a session that still exists.
-- KEYS: session, sessions of the user
-- ARGV: hash of the session, end (ms), lifetime (ms)
-- Returns {1} or {0}.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return { 0 }
end
redis.call('HSET', KEYS[1], 'expires', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return { 1 }
