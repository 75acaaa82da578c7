-- Keeps the keys of a zone in place of those of the expected revision.
-- KEYS (after those of accept.lua): keys
-- ARGV (after those of accept.lua): zone, expected revision (0: none), event type, action, what all may know of the keys, then fields and
--   values of the private parts
-- Returns {'ok', change id, revision} or {'conflict', current revision}.
local keys, zone = KEYS[4], ARGV[7]
local stored = redis.call('HMGET', keys, 'revision', 'summary')
local current = tonumber(stored[1] or 0)

if current ~= tonumber(ARGV[8]) then
  return { 'conflict', current }
end

local revision = current + 1
redis.call('DEL', keys)
redis.call('HSET', keys, 'revision', revision, 'summary', ARGV[11], unpack(ARGV, 12))
local change = append_change(ARGV[9], zone, 'revision', revision)
append_audit(ARGV[10], zone, stored[2] or '', ARGV[11], change)
return { 'ok', change, revision }
