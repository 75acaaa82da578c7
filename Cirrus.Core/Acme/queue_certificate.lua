-- Puts a domain into the queue for its certificate, at once.
-- KEYS: status, queue, the domain's document
-- ARGV: name, now (ms), who asks, bell
-- Returns {'ok'}, {'missing'}: no such domain, or {'running'}: a worker is at it, and what is under way goes on.
if redis.call('EXISTS', KEYS[3]) == 0 then
  return { 'missing' }
end
if redis.call('HGET', KEYS[1], 'status') == 'running' then
  return { 'running' }
end
redis.call('HSET', KEYS[1], 'status', 'queued', 'step', '', 'since', ARGV[2], 'next', ARGV[2], 'requestedBy', ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('PUBLISH', ARGV[4], ARGV[1])
return { 'ok' }
