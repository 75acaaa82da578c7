-- Writes a document if its revision is the expected one, and says so everywhere in the same step.
-- KEYS (after those of accept.lua): document, history, index [, epochs]
-- ARGV (after those of accept.lua): name, json, expected revision (0: must not exist; '': whatever is there), new revision, event type, action
-- With '' the json is that of a new document and ends in createdAt and revision; over an existing one it goes on with that one's.
-- Returns {'ok', change id, revision, createdAt ('' when not looked at)} or {'conflict', current revision}.
local HISTORY = 50

local document, history, index, epochs = KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local name, json, expected, revision = ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local created = ''

local current = redis.call('GET', document)
local stored = current and cjson.decode(current)
if expected ~= '' and tonumber(expected) ~= (stored and stored.revision or 0) then
  return { 'conflict', stored and stored.revision or 0 }
end
if expected == '' and stored then
  revision, created = ('%d'):format(stored.revision + 1), stored.createdAt
  local tail = assert(json:find('"createdAt":"[^"]*","revision":%d+}$'), 'createdAt and revision must be last')
  json = json:sub(1, tail - 1) .. '"createdAt":"' .. created .. '","revision":' .. revision .. '}'
end

if current then
  redis.call('LPUSH', history, current)
  redis.call('LTRIM', history, 0, HISTORY - 1)
else
  -- Revisions count from 1 again: those of a former life under the same name would be taken for this one's.
  redis.call('DEL', history)
  redis.call('ZADD', index, 0, name)
end
redis.call('SET', document, json)

local change = append_change(ARGV[11], name, 'revision', revision)
if not current and epochs then
  -- A name that was deleted and comes back must not find the objects of its former life.
  redis.call('HSET', epochs, '*', change)
end
append_audit(ARGV[12], name, current or '', json, change)
return { 'ok', change, revision, created }
