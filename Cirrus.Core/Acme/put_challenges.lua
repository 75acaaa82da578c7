-- Puts the challenges of a domain's certificate in place of those there were.
-- KEYS (after those of accept.lua): challenges
-- ARGV (after those of accept.lua): domain, event type, then fields ('{name} {domain}') and values
-- Returns {'ok', change id} or {'same'}: nothing had to be changed.
local challenges, domain = KEYS[4], ARGV[7]
local suffix = ' ' .. domain
local wanted, changed = {}, false

for i = 9, #ARGV, 2 do
  wanted[ARGV[i]] = ARGV[i + 1]
end
for _, field in ipairs(redis.call('HKEYS', challenges)) do
  if field:sub(-#suffix) == suffix and not wanted[field] then
    redis.call('HDEL', challenges, field)
    changed = true
  end
end
for field, value in pairs(wanted) do
  if redis.call('HGET', challenges, field) ~= value then
    redis.call('HSET', challenges, field, value)
    changed = true
  end
end
if not changed then
  return { 'same' }
end
return { 'ok', append_change(ARGV[8], domain) }
