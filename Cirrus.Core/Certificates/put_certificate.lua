-- Writes the certificate of a domain that exists, if the stored one's revision is the expected one.
-- KEYS (after those of accept.lua): certificate, the domain's document, index of certificates by their end, last revision of a deleted one
-- ARGV (after those of accept.lua): name, expected revision (0: none), event type, summary, then fields and values: fullchain, key and notAfter first
-- Returns {'ok', change id, revision}, {'missing'} or {'conflict', current revision}.
local certificate, document, index, former = KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local name, summary = ARGV[7], ARGV[10]

if redis.call('EXISTS', document) == 0 then
  return { 'missing' }
end
local stored = redis.call('HMGET', certificate, 'revision', 'summary', 'present')
local current = tonumber(stored[1] or 0)
if current ~= tonumber(ARGV[8]) then
  return { 'conflict', current }
end

local revision = (stored[1] and current or former_revision(former)) + 1
redis.call('DEL', certificate)
redis.call('HSET', certificate, 'revision', revision, 'summary', summary, unpack(ARGV, 11))

-- The summary has no key in it: what is in the audit trail is there for good.
local change = append_change(ARGV[9], name, 'revision', revision)
redis.call('HSET', certificate, 'present', stored[3] or change)
redis.call('ZADD', index, ARGV[16], name)
append_audit(ARGV[9], name, stored[2] or '', summary, change)
return { 'ok', change, revision }
