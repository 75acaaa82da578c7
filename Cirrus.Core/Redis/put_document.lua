-- Writes a document if its revision is the expected one, and says so everywhere in the same step.
-- KEYS (after those of accept.lua): document, history, index [, epochs]
-- ARGV (after those of accept.lua): name, json, expected revision (0: must not exist), new revision, event type, action
-- Returns {'ok', change id} or {'conflict', current revision}.
local HISTORY = 50

local document, history, index, epochs = KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local name, json = ARGV[7], ARGV[8]

local current = redis.call('GET', document)
local revision = current and cjson.decode(current).revision or 0
if revision ~= tonumber(ARGV[9]) then
  return { 'conflict', revision }
end

if current then
  redis.call('LPUSH', history, current)
  redis.call('LTRIM', history, 0, HISTORY - 1)
else
  -- Revisions count from 1 again: those of a former life under the same name would be taken for this one's.
  redis.call('DEL', history)
end
redis.call('SET', document, json)
redis.call('ZADD', index, 0, name)

local change = append_change(ARGV[11], name, 'revision', ARGV[10])
if not current and epochs then
  -- A name that was deleted and comes back must not find the objects of its former life.
  redis.call('HSET', epochs, '*', change)
end
append_audit(ARGV[12], name, current or '', json, change)
return { 'ok', change }
