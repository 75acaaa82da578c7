-- Removes a document; its last revisions stay in the history for 30 days.
-- KEYS (after those of accept.lua): document, history, index, then keys that go with it
-- ARGV (after those of accept.lua): name, expected revision ('' = any), event type
-- Returns {'ok', change id}, {'missing'} or {'conflict', current revision}.
local HISTORY_SECONDS = 30 * 24 * 3600

local document, history, index = KEYS[4], KEYS[5], KEYS[6]
local name = ARGV[7]

local current = call('GET', document)
if not current then
  return { 'missing' }
end
local _, revision = tail_of(current)
if ARGV[8] ~= '' and revision ~= ARGV[8] then
  return { 'conflict', revision }
end

keep_revision(history, current)
call('EXPIRE', history, HISTORY_SECONDS)
call('DEL', document, unpack(KEYS, 7))
call('ZREM', index, name)

local change = append_change(ARGV[9], name, 'revision', revision)
append_audit(ARGV[9], name, current, '', change)
return { 'ok', change }
