-- Removes a token: from now on its secret opens nothing.
-- KEYS (after those of accept.lua): tokens
-- ARGV (after those of accept.lua): id, prefix of token keys
-- Returns {'ok'} or {'missing'}.
local hash = redis.call('HGET', KEYS[4], ARGV[7])
if not hash then
  return { 'missing' }
end
local token = ARGV[8] .. hash
local current = redis.call('HGET', token, 'document') or ''
redis.call('DEL', token)
redis.call('HDEL', KEYS[4], ARGV[7])
append_audit('token-delete', ARGV[7], current, '', '')
return { 'ok' }
