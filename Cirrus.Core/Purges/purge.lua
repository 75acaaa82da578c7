-- Raises epochs: what was cached under the old ones can't be reached any more.
-- KEYS: domain document, epochs, events, audit
-- ARGV: domain, kind, values (JSON list), at (ms), purge key prefix, trace, bell, actor, request id
-- Returns {'ok', change id} or {'missing'}.
local EVENTS = 100000
local AUDIT = 1000000
local FIELDS = 4000
local FIELD_BYTES = 262144
local RECORD_SECONDS = 7 * 24 * 3600
local LETTER = { prefix = 'p:', url = 'u:' }

if redis.call('EXISTS', KEYS[1]) == 0 then
  return { 'missing' }
end

local kind = ARGV[2]
local values = cjson.decode(ARGV[3])
local data = kind == 'everything' and '{"kind":"everything"}'
  or '{"kind":"' .. kind .. '","values":' .. ARGV[3] .. '}'
local change = redis.call('XADD', KEYS[3], 'MAXLEN', '~', EVENTS, '*',
  'type', 'purge', 'key', ARGV[1], 'data', data, 'trace', ARGV[6])

local function is_too_much(epochs)
  if redis.call('HLEN', epochs) > FIELDS then
    return true
  end
  local size = 0
  for _, field in ipairs(redis.call('HKEYS', epochs)) do
    size = size + #field
  end
  return size > FIELD_BYTES
end

for _, value in ipairs(values) do
  redis.call('HSET', KEYS[2], LETTER[kind] .. value, change)
end
if kind == 'everything' or is_too_much(KEYS[2]) then
  -- The newest epoch of the whole domain stands for all that came before it.
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[2], '*', change)
end

local record = ARGV[5] .. change
redis.call('HSET', record, 'domain', ARGV[1], 'kind', kind, 'values', ARGV[3], 'at', ARGV[4])
redis.call('EXPIRE', record, RECORD_SECONDS)
redis.call('XADD', KEYS[4], 'MAXLEN', '~', AUDIT, '*',
  'actor', ARGV[8], 'action', 'purge', 'key', ARGV[1], 'before', '', 'after', data,
  'requestId', ARGV[9], 'change', change, 'outcome', 'accepted')
redis.call('PUBLISH', ARGV[7], change)
return { 'ok', change }
