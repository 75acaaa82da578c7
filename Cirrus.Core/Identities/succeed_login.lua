-- Takes an attempt back that was none of guessing.
-- KEYS: failures of the pair, of the address, of the name, wait of the name, mark of a known address
-- ARGV: how long the address stays known (ms)
-- Returns {}.
redis.call('DEL', KEYS[1])
-- At a known address the name was not counted.
for i = 2, redis.call('EXISTS', KEYS[5]) == 1 and 2 or 3 do
  if (tonumber(redis.call('GET', KEYS[i])) or 0) > 0 then
    redis.call('DECR', KEYS[i])
  end
end
redis.call('SET', KEYS[5], 1, 'PX', ARGV[1])
return {}
