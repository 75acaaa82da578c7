-- Puts a domain into the queue for its certificate, at once.
-- KEYS (after those of accept.lua): status, queue, the domain's document
-- ARGV (after those of accept.lua): name, now (ms), bell, what the audit trail calls it ('': the workers do it on their own)
-- Returns {'ok'}, {'missing'}: no such domain, or {'running'}: a worker is at it, and what is under way goes on.
local status, queue, document = KEYS[4], KEYS[5], KEYS[6]
local name, now, who, action = ARGV[7], ARGV[8], ARGV[2], ARGV[10]

if redis.call('EXISTS', document) == 0 then
  return { 'missing' }
end
if action ~= '' then
  -- Nothing changes for edges or name servers: who asked is in the audit trail, and there is no event.
  append_audit(action, name, '', '', '')
end
if redis.call('HGET', status, 'status') == 'running' then
  return { 'running' }
end
redis.call('HSET', status, 'status', 'queued', 'step', '', 'since', now, 'next', now)
if who ~= '' then
  redis.call('HSET', status, 'requestedBy', who)
end
redis.call('ZADD', queue, now, name)
redis.call('PUBLISH', ARGV[9], name)
return { 'ok' }
