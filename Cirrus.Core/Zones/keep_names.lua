-- Keeps a part of a zone's names; until the serial is written that they belong to, they count as incomplete.
-- KEYS: zone, names, lease
-- ARGV: owner of the lease (empty: whoever asks), '1' where all names are kept anew and these are the first, then names and records (empty:
--   the name is no more)
-- Returns {'ok'} or {'lost'}.
local call = redis.call
local zone, names = KEYS[1], KEYS[2]

if ARGV[1] ~= '' and call('GET', KEYS[3]) ~= ARGV[1] then
  return { 'lost' }
end
call('HSET', zone, 'names', 'part')
if ARGV[2] == '1' then
  call('UNLINK', names)
end
put_fields(names, 3)
return { 'ok' }
