-- Writes a document if its revision is the expected one, and says so everywhere in the same step.
-- KEYS (after those of accept.lua): document, history, index [, epochs]
-- ARGV (after those of accept.lua): name, json, expected revision (0: must not exist; '': whatever is there), new revision, event type, action
-- The json ends in createdAt and revision. With '' it is that of a new document, and over an existing one goes on with that one's.
-- Returns {'ok', change id, revision, createdAt ('' when it goes on with none)} or {'conflict', current revision}.
local document, history, index, epochs = KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local name, json, expected, revision = ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local created = ''

local current = call('GET', document)
local stored_created, stored
if current then
  stored_created, stored = tail_of(current)
end
if expected ~= '' and expected ~= (stored or '0') then
  return { 'conflict', stored or '0' }
end

-- Puts a revision, and an earlier creation when one is given, in place of what the json says.
local function goes_on(from, earlier)
  revision = ('%d'):format(from + 1)
  local own, _, tail = tail_of(json)
  json = json:sub(1, tail - 1) .. '"createdAt":"' .. (earlier or own) .. '","revision":' .. revision .. '}'
end


if expected == '' and stored then
  created = stored_created
  goes_on(stored, created)
end
if not stored then
  -- A name that comes back goes on counting: a condition on a revision of its former life must not hold in this one.
  local former = call('LINDEX', history, 0)
  if former then
    local _, last = tail_of(former)
    goes_on(last)
  end
end

if current then
  keep_revision(history, current)
else
  -- What was of another life is no revision of this one to go back to.
  call('DEL', history)
  call('ZADD', index, '0', name)
end
call('SET', document, json)

local change = append_change(ARGV[11], name, 'revision', revision)
if not current and epochs then
  -- A name that was deleted and comes back must not find the objects of its former life.
  call('HSET', epochs, '*', change)
end
append_audit(ARGV[12], name, current or '', json, change)
return { 'ok', change, revision, created }
