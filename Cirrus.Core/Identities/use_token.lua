-- Notes when a token was last used; one deleted meanwhile must not come back as a rest.
-- KEYS: token
-- ARGV: field, now (ms)
-- Returns {1} or {0}.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return { 0 }
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return { 1 }
