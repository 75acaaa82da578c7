-- Turns a node's health, once: whoever comes second changes nothing.
-- KEYS: node document, node status, events
-- ARGV: node id, health, since (ms), error, bell
-- Returns {'ok', change id}, {'same'} or {'missing'}.
local EVENTS = 100000

if redis.call('EXISTS', KEYS[1]) == 0 then
  return { 'missing' }
end
if redis.call('HGET', KEYS[2], 'health') == ARGV[2] then
  return { 'same' }
end
redis.call('HSET', KEYS[2], 'health', ARGV[2], 'since', ARGV[3], 'error', ARGV[4])
local change = redis.call('XADD', KEYS[3], 'MAXLEN', '~', EVENTS, '*',
  'type', 'node-health', 'key', ARGV[1], 'data', cjson.encode({ health = ARGV[2] }))
redis.call('PUBLISH', ARGV[5], change)
return { 'ok', change }
