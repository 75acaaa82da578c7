-- Turns a node's health, once: whoever comes second changes nothing.
-- KEYS (after those of accept.lua): node document, node status, history of health [, lease]
-- ARGV (after those of accept.lua): node id, health, since (ms), error, owner of the lease,
--   the addresses that were probed (separated by spaces, empty: whichever), votes up, votes down, workers, latency (ms); these may be empty
-- Returns {'ok', change id}, {'same'}, {'missing'}, {'moved'}: the node has other addresses, or {'lost'}: the lease is another's.
local HISTORY_OF_HEALTH = '500'

local document, status, history, lease = KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local id, health = ARGV[7], ARGV[8]

if lease and redis.call('GET', lease) ~= ARGV[11] then
  return { 'lost' }
end
local node = redis.call('GET', document)
if not node then
  return { 'missing' }
end
if ARGV[12] ~= '' and table.concat(cjson.decode(node).addresses, ' ') ~= ARGV[12] then
  return { 'moved' }
end
if redis.call('HGET', status, 'health') == health then
  return { 'same' }
end
redis.call('HSET', status, 'health', health, 'since', ARGV[9], 'error', ARGV[10])
if health == 'up' then
  redis.call('HSET', status, 'served', 1)
end
local change = append_change('node-health', id, 'data', cjson.encode({ health = health }))
redis.call('HSET', status, 'turn', change)
redis.call('XADD', history, 'MAXLEN', '~', HISTORY_OF_HEALTH, change, 'health', health, 'reason', ARGV[10],
  'up', ARGV[13], 'down', ARGV[14], 'workers', ARGV[15], 'latency', ARGV[16])
return { 'ok', change }
