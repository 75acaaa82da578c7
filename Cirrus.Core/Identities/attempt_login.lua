-- Counts an attempt to log in, or says how long to wait.
-- KEYS: failures of the pair, of the address, of the name, wait of the name, mark of a known address
-- ARGV: most failures of a pair, of an address, of a name, window (ms), first wait (ms), longest wait (ms)
-- Returns {0}: go on, or {wait in ms}.
local window, first, longest = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local known = redis.call('EXISTS', KEYS[5]) == 1


local function failures(key)
  return tonumber(redis.call('GET', key) or 0)
end


local function count(key)
  local n = redis.call('INCR', key)
  if redis.call('PTTL', key) < 0 then
    redis.call('PEXPIRE', key, window)
  end
  return n
end


for i = 1, 2 do
  if failures(KEYS[i]) >= tonumber(ARGV[i]) then
    return { math.max(redis.call('PTTL', KEYS[i]), 1) }
  end
end
if not known and redis.call('EXISTS', KEYS[4]) == 1 then
  return { math.max(redis.call('PTTL', KEYS[4]), 1) }
end

count(KEYS[1])
count(KEYS[2])
if not known then
  local over = count(KEYS[3]) - tonumber(ARGV[3])
  if over > 0 then
    redis.call('SET', KEYS[4], 1, 'PX', math.min(first * 2 ^ math.min(over - 1, 30), longest))
  end
end
return { 0 }
