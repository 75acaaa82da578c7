-- Raises epochs: what was cached under the old ones can't be reached any more.
-- KEYS (after those of accept.lua): domain document, epochs
-- ARGV (after those of accept.lua): domain, kind, values (JSON list), at (ms), purge key prefix
-- Returns {'ok', change id} or {'missing'}.
local FIELDS = 4000
local FIELD_BYTES = 262144
local RECORD_SECONDS = 7 * 24 * 3600
local LETTER = { prefix = 'p:', url = 'u:' }

local document, epochs = KEYS[4], KEYS[5]
local domain, kind, json, at = ARGV[7], ARGV[8], ARGV[9], ARGV[10]

if redis.call('EXISTS', document) == 0 then
  return { 'missing' }
end

local values = cjson.decode(json)
local data = kind == 'everything' and '{"kind":"everything"}'
  or '{"kind":"' .. kind .. '","values":' .. json .. '}'
local change = append_change('purge', domain, 'data', data)


local function is_too_much()
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
  redis.call('HSET', epochs, LETTER[kind] .. value, change)
end
if kind == 'everything' or is_too_much() then
  -- The newest epoch of the whole domain stands for all that came before it.
  redis.call('DEL', epochs)
  redis.call('HSET', epochs, '*', change)
end

local record = ARGV[11] .. change
redis.call('HSET', record, 'domain', domain, 'kind', kind, 'values', json, 'at', at)
redis.call('EXPIRE', record, RECORD_SECONDS)
append_audit('purge', domain, '', data, change)
return { 'ok', change }
