-- Removes a document; its last revisions stay in the history for 30 days.
-- KEYS: document, history, index, events, audit, then keys that go with it
-- ARGV: name, expected revision ('' = any), event type, trace, bell, actor, action, request id
-- Returns {'ok', change id}, {'missing'} or {'conflict', current revision}.
local HISTORY = 50
local HISTORY_SECONDS = 30 * 24 * 3600
local EVENTS = 100000
local AUDIT = 1000000

local current = redis.call('GET', KEYS[1])
if not current then
  return { 'missing' }
end
local revision = cjson.decode(current).revision
if ARGV[2] ~= '' and revision ~= tonumber(ARGV[2]) then
  return { 'conflict', revision }
end

redis.call('LPUSH', KEYS[2], current)
redis.call('LTRIM', KEYS[2], 0, HISTORY - 1)
redis.call('EXPIRE', KEYS[2], HISTORY_SECONDS)
redis.call('DEL', KEYS[1], unpack(KEYS, 6))
redis.call('ZREM', KEYS[3], ARGV[1])

local change = redis.call('XADD', KEYS[4], 'MAXLEN', '~', EVENTS, '*',
  'type', ARGV[3], 'key', ARGV[1], 'revision', revision, 'trace', ARGV[4])
redis.call('XADD', KEYS[5], 'MAXLEN', '~', AUDIT, '*',
  'actor', ARGV[6], 'action', ARGV[7], 'key', ARGV[1], 'before', current, 'after', '',
  'requestId', ARGV[8], 'change', change, 'outcome', 'accepted')
redis.call('PUBLISH', ARGV[5], change)
return { 'ok', change }
