-- Raises epochs: what was cached under the old ones can't be reached any more. Several purges are accepted together or not at all.
-- KEYS (after those of accept.lua): index of purges, then for each purge domain document, epochs
-- ARGV (after those of accept.lua): at (ms), purge key prefix, how long records are kept (s), then for each purge domain, kind, values (JSON list)
-- Returns {'ok', change id of each} or {'missing', domain}.
local FIELDS = 4000
local FIELD_BYTES = 262144
local LETTER = { prefix = 'p:', url = 'u:' }

local index, at, prefix, kept = KEYS[4], ARGV[7], ARGV[8], tonumber(ARGV[9])


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


local function raise(epochs, kind, values, change)
  for _, value in ipairs(values) do
    redis.call('HSET', epochs, LETTER[kind] .. value, change)
  end
  if kind == 'everything' or is_too_much(epochs) then
    -- The newest epoch of the whole domain stands for all that came before it.
    redis.call('DEL', epochs)
    redis.call('HSET', epochs, '*', change)
  end
end


local function record(change, domain, kind, json, count)
  local key = prefix .. change
  redis.call('HSET', key, 'domain', domain, 'kind', kind, 'values', json, 'at', at, 'actor', ARGV[2])
  redis.call('EXPIRE', key, kept)
  local oldest = change:match('^%d+') - kept * 1000
  redis.call('XADD', index, 'MINID', string.format('%.0f', oldest), change,
    'domain', domain, 'kind', kind, 'count', count, 'actor', ARGV[2])
end


local function accept(epochs, domain, kind, json)
  local values = cjson.decode(json)
  local data = kind == 'everything' and '{"kind":"everything"}'
    or '{"kind":"' .. kind .. '","values":' .. json .. '}'
  local change = append_change('purge', domain, 'data', data)
  raise(epochs, kind, values, change)
  record(change, domain, kind, json, #values)
  append_audit('purge', domain, '', data, change)
  return change
end


local count = (#ARGV - 9) / 3
for i = 0, count - 1 do
  if redis.call('EXISTS', KEYS[5 + 2 * i]) == 0 then
    return { 'missing', ARGV[10 + 3 * i] }
  end
end
local reply = { 'ok' }
for i = 0, count - 1 do
  local first = 10 + 3 * i
  reply[#reply + 1] = accept(KEYS[6 + 2 * i], ARGV[first], ARGV[first + 1], ARGV[first + 2])
end
return reply
