-- Removes the certificate of a domain, if its revision is the expected one, and has it revoked if so asked.
-- KEYS (after those of accept.lua): certificate, index of certificates, where its last revision is kept, what is to be revoked
-- ARGV (after those of accept.lua): name, expected revision, event type; to revoke it: fingerprint, revocation, bell of those who do it
-- Returns {'ok', change id}, {'missing'} or {'conflict', current revision}.
local certificate = KEYS[4]
local name = ARGV[7]

local stored = redis.call('HMGET', certificate, 'revision', 'summary')
if not stored[1] then
  return { 'missing' }
end
local revision = tonumber(stored[1])
if revision ~= tonumber(ARGV[8]) then
  return { 'conflict', revision }
end

redis.call('DEL', certificate)
redis.call('ZREM', KEYS[5], name)
keep_former(KEYS[6], revision)
local change = append_change(ARGV[9], name, 'revision', revision)
if ARGV[10] then
  redis.call('HSET', KEYS[7], ARGV[10], ARGV[11])
  redis.call('PUBLISH', ARGV[12], '')
end
append_audit(ARGV[10] and 'cert-revoke' or ARGV[9], name, stored[2], '', change)
return { 'ok', change }
