-- Since when domains have had a certificate.
-- KEYS: certificates
-- Returns for each: the change, empty where there is no certificate; 0-0 for one that was written before this was kept.
local found = {}
for i, key in ipairs(KEYS) do
  local fields = redis.call('HMGET', key, 'revision', 'present')
  found[i] = fields[1] and (fields[2] or '0-0') or ''
end
return found
