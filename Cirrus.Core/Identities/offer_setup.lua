-- Makes a setup code the valid one, if there are no users and no other code.
-- KEYS: setup, users
-- ARGV: hash of the code, machine, now (ms), lifetime (ms)
-- Returns {'ok'}, {'users'}, or {'other', machine, when (ms)}.
if redis.call('EXISTS', KEYS[2]) == 1 then
  return { 'users' }
end
if redis.call('EXISTS', KEYS[1]) == 1 then
  return { 'other', redis.call('HGET', KEYS[1], 'machine'), redis.call('HGET', KEYS[1], 'at') }
end
redis.call('HSET', KEYS[1], 'hash', ARGV[1], 'machine', ARGV[2], 'at', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return { 'ok' }
