-- Keeps a new token by the hash of its secret.
-- KEYS (after those of accept.lua): token, tokens
-- ARGV (after those of accept.lua): id, hash of the secret, json
-- Returns {'ok'}.
redis.call('HSET', KEYS[4], 'document', ARGV[9])
redis.call('HSET', KEYS[5], ARGV[7], ARGV[8])
append_audit('token-create', ARGV[7], '', ARGV[9], '')
return { 'ok' }
