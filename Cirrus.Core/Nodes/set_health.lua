-- Turns a node's health, once: whoever comes second changes nothing.
-- KEYS: node document, node status, events [, lease]
-- ARGV: node id, health, since (ms), error, bell, owner of the lease, the addresses that were probed (separated by spaces, empty: whichever)
-- Returns {'ok', change id}, {'same'}, {'missing'}, {'moved'}: the node has other addresses, or {'lost'}: the lease is another's.
local EVENTS = 100000

if KEYS[4] and redis.call('GET', KEYS[4]) ~= ARGV[6] then
  return { 'lost' }
end
local document = redis.call('GET', KEYS[1])
if not document then
  return { 'missing' }
end
if ARGV[7] ~= '' and table.concat(cjson.decode(document).addresses, ' ') ~= ARGV[7] then
  return { 'moved' }
end
if redis.call('HGET', KEYS[2], 'health') == ARGV[2] then
  return { 'same' }
end
redis.call('HSET', KEYS[2], 'health', ARGV[2], 'since', ARGV[3], 'error', ARGV[4])
if ARGV[2] == 'up' then
  redis.call('HSET', KEYS[2], 'served', 1)
end
local change = redis.call('XADD', KEYS[3], 'MAXLEN', '~', EVENTS, '*',
  'type', 'node-health', 'key', ARGV[1], 'data', cjson.encode({ health = ARGV[2] }))
redis.call('PUBLISH', ARGV[5], change)
return { 'ok', change }
