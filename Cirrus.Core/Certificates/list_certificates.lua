-- Reads on in the index of certificates after one of its entries; when that has moved meanwhile, from the first that ends when it did.
-- KEYS: index of certificates
-- ARGV: when the entry ends (ms), its domain, how many
-- Returns domains and when they end, in turns.
local index, ends, name = KEYS[1], ARGV[1], ARGV[2]

local from
if tonumber(redis.call('ZSCORE', index, name) or '') == tonumber(ends) then
  from = redis.call('ZRANK', index, name) + 1
else
  from = redis.call('ZCOUNT', index, '-inf', '(' .. ends)
end
return redis.call('ZRANGE', index, from, from + ARGV[3] - 1, 'WITHSCORES')
