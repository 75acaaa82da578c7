-- Raises epochs: what was cached under the old ones can't be reached any more, or is stale when the purge is soft. Several purges are
-- accepted together or not at all.
-- KEYS (after those of accept.lua): index of purges, then for each purge domain document, epochs, how long their names are together
-- ARGV (after those of accept.lua): at (ms), purge key prefix, how long records are kept (s), then for each purge domain, kind,
--   'soft' or '', values (JSON list)
-- Returns {'ok', change id of each} or {'missing', domain}.
local FIELDS = 4000
local FIELD_BYTES = 262144
local LETTER = { prefix = 'p:', url = 'u:', tag = 't:', host = 'h:' }

local index, at, prefix, kept = KEYS[4], ARGV[7], ARGV[8], tonumber(ARGV[9])


local function measure(epochs)
  local size = 0
  for _, field in ipairs(call('HKEYS', epochs)) do
    size = size + #field
  end
  return size
end


-- Looking at thousands of names at each purge would be most of its cost, so how long they are is kept beside them. It may have been lost,
-- or be left from a domain of that name before: when it says too much, they are measured.
local function grow(epochs, size, added)
  local known = call('GET', size)
  local total = known and known + added
  if not total or total > FIELD_BYTES then
    total = measure(epochs)
  end
  call('SET', size, string.format('%d', total), 'EX', kept)
  return total
end


local function is_soft(field)
  return field:sub(1, 1) == 's'
end


local function is_newer(id, other)
  local ms, sequence = id:match('^(%d+)-(%d+)$')
  local other_ms, other_sequence = other:match('^(%d+)-(%d+)$')
  ms, other_ms = tonumber(ms), tonumber(other_ms)
  return ms > other_ms or (ms == other_ms and tonumber(sequence) > tonumber(other_sequence))
end


-- The newest of many stands for all of them, of hard ones and of soft ones.
local function fold(epochs, size)
  local newest = {}
  local flat = call('HGETALL', epochs)
  for i = 1, #flat, 2 do
    local field = is_soft(flat[i]) and 's*' or '*'
    if not newest[field] or is_newer(flat[i + 1], newest[field]) then
      newest[field] = flat[i + 1]
    end
  end
  call('DEL', epochs, size)
  for field, id in pairs(newest) do
    call('HSET', epochs, field, id)
  end
end


-- All of the domain, so what came before says nothing any more; a soft purge leaves the hard ones.
local function raise_everything(epochs, size, soft, change)
  if soft == '' then
    call('DEL', epochs)
  else
    for _, field in ipairs(call('HKEYS', epochs)) do
      if is_soft(field) then
        call('HDEL', epochs, field)
      end
    end
  end
  call('DEL', size)
  call('HSET', epochs, soft .. '*', change)
end


local function raise(epochs, size, kind, soft, values, change)
  if kind == 'everything' then
    return raise_everything(epochs, size, soft, change)
  end
  local added = 0
  for _, value in ipairs(values) do
    local field = soft .. LETTER[kind] .. value
    if call('HSET', epochs, field, change) == 1 then
      added = added + #field
    end
  end
  if grow(epochs, size, added) > FIELD_BYTES or call('HLEN', epochs) > FIELDS then
    fold(epochs, size)
  end
end


local function record(change, domain, kind, soft, json, count)
  local key = prefix .. change
  call('HSET', key, 'domain', domain, 'kind', kind, 'soft', soft, 'values', json, 'at', at, 'actor', ARGV[2])
  call('EXPIRE', key, kept)
  local oldest = change:match('^%d+') - kept * 1000
  call('XADD', index, 'MINID', string.format('%.0f', oldest), change,
    'domain', domain, 'kind', kind, 'soft', soft, 'count', count, 'actor', ARGV[2])
end


local function accept(epochs, size, domain, kind, soft, json)
  local values = cjson.decode(json)
  local data = '{"kind":"' .. kind .. '"'
    .. (kind == 'everything' and '' or ',"values":' .. json)
    .. (soft == '' and '}' or ',"soft":true}')
  local change = append_change('purge', domain, 'data', data)
  raise(epochs, size, kind, soft == '' and '' or 's', values, change)
  record(change, domain, kind, soft, json, #values)
  append_audit('purge', domain, '', data, change)
  return change
end


local count = (#ARGV - 9) / 4
for i = 0, count - 1 do
  if call('EXISTS', KEYS[5 + 3 * i]) == 0 then
    return { 'missing', ARGV[10 + 4 * i] }
  end
end
local reply = { 'ok' }
for i = 0, count - 1 do
  local first, key = 10 + 4 * i, 6 + 3 * i
  reply[#reply + 1] = accept(KEYS[key], KEYS[key + 1], ARGV[first], ARGV[first + 1], ARGV[first + 2], ARGV[first + 3])
end
return reply
