-- Writes a document if its revision is the expected one, and says so everywhere in the same step.
-- KEYS: document, history, index, events, audit [, epochs]
-- ARGV: name, json, expected revision (0: must not exist), new revision, event type, trace, bell,
--       actor, action, request id
-- Returns {'ok', change id} or {'conflict', current revision}.
local HISTORY = 50
local EVENTS = 100000
local AUDIT = 1000000

local current = redis.call('GET', KEYS[1])
local revision = current and cjson.decode(current).revision or 0
if revision ~= tonumber(ARGV[3]) then
  return { 'conflict', revision }
end

if current then
  redis.call('LPUSH', KEYS[2], current)
  redis.call('LTRIM', KEYS[2], 0, HISTORY - 1)
end
redis.call('PERSIST', KEYS[2])
redis.call('SET', KEYS[1], ARGV[2])
redis.call('ZADD', KEYS[3], 0, ARGV[1])

local change = redis.call('XADD', KEYS[4], 'MAXLEN', '~', EVENTS, '*',
  'type', ARGV[5], 'key', ARGV[1], 'revision', ARGV[4], 'trace', ARGV[6])
if not current and KEYS[6] then
  -- A name that was deleted and comes back must not find the objects of its former life.
  redis.call('HSET', KEYS[6], '*', change)
end
redis.call('XADD', KEYS[5], 'MAXLEN', '~', AUDIT, '*',
  'actor', ARGV[8], 'action', ARGV[9], 'key', ARGV[1], 'before', current or '', 'after', ARGV[2],
  'requestId', ARGV[10], 'change', change, 'outcome', 'accepted')
redis.call('PUBLISH', ARGV[7], change)
return { 'ok', change }
