-- Gives a zone its next serial, or its serial a newer change, unless another process did so first or leads.
-- KEYS: zone, journal, lease, names
-- ARGV: owner of the lease (empty: whoever asks), bell, serial the caller believes stored (empty: none), new serial, change it carries, digest
--   of its records, what becomes of the journal ('keep', 'append', 'restart' with this step, 'drop'), the step's serial before and its
--   differences, how many steps and how many bytes of differences the journal may hold, what becomes of the names that are kept ('none':
--   they are not, 'keep', 'some': those that follow are written over them, 'whole': those that follow are all), then names and records
--   (empty: the name is no more)
-- Returns {'ok'}, {'conflict'} or {'lost'}.
local call = redis.call
local zone, journal, names = KEYS[1], KEYS[2], KEYS[4]
local serial, change, digest = ARGV[4], ARGV[5], ARGV[6]
local todo, from, differences = ARGV[7], ARGV[8], ARGV[9]
local most_steps, most_bytes = tonumber(ARGV[10]), tonumber(ARGV[11])

if ARGV[1] ~= '' and call('GET', KEYS[3]) ~= ARGV[1] then
  return { 'lost' }
end
if (call('HGET', zone, 'serial') or '') ~= ARGV[3] then
  return { 'conflict' }
end

call('HSET', zone, 'serial', serial, 'change', change, 'digest', digest)
if todo == 'restart' or todo == 'drop' then
  call('DEL', journal)
  call('HDEL', zone, 'journal')
end
if todo == 'append' or todo == 'restart' then
  call('XADD', journal, '*', 'from', from, 'to', serial, 'change', change, 'differences', differences)
  local bytes = call('HINCRBY', zone, 'journal', #differences)
  -- The newest step stays, however long it is.
  local steps = call('XLEN', journal)
  while steps > 1 and (steps > most_steps or bytes > most_bytes) do
    local oldest = call('XRANGE', journal, '-', '+', 'COUNT', 1)[1]
    call('XDEL', journal, oldest[1])
    bytes = call('HINCRBY', zone, 'journal', -#oldest[2][8])
    steps = steps - 1
  end
end

if ARGV[12] == 'none' then
  call('UNLINK', names)
  call('HDEL', zone, 'names')
elseif ARGV[12] ~= 'keep' then
  if ARGV[12] == 'whole' then
    call('UNLINK', names)
  end
  put_fields(names, 13)
  call('HSET', zone, 'names', 'whole')
end
call('PUBLISH', ARGV[2], serial)
return { 'ok' }
