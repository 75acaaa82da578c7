-- Gives a zone its next serial, or its serial a newer change, unless another process did so first.
-- KEYS: zone
-- ARGV: serial the caller believes stored (empty: none), new serial, change it carries, digest of its records
-- Returns {'ok'} or {'conflict'}.
local stored = redis.call('HGET', KEYS[1], 'serial') or ''
if stored ~= ARGV[1] then
  return { 'conflict' }
end
redis.call('HSET', KEYS[1], 'serial', ARGV[2], 'change', ARGV[3], 'digest', ARGV[4])
return { 'ok' }
