-- Writes a user. A new password comes with a new generation, which ends every session; their keys go in the same step.
-- KEYS (after those of accept.lua): user, users, sessions of the user, last revision of a deleted user
-- ARGV (after those of accept.lua): name, json, expected revision (0: must not exist), role, password hash ('' = stays), generation,
--   score of admins, keep an admin (1 or 0), action,
--   prefix of session keys
-- The json says the revision of a name that was never used; one that comes back gets its own.
-- Returns {'ok', revision}, {'conflict'} or {'last'}.
local user, users, sessions, former = KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local name, json, role, password, admin = ARGV[7], ARGV[8], ARGV[10], ARGV[11], ARGV[13]

local current = redis.call('HGET', user, 'document')
local revision = current and cjson.decode(current).revision or 0
if revision ~= tonumber(ARGV[9]) or (not current and password == '') then
  return { 'conflict' }
end
if ARGV[14] == '1' and role ~= admin and redis.call('ZSCORE', users, name) == admin
  and redis.call('ZCOUNT', users, admin, admin) == 1 then
  return { 'last' }
end

if not current then
  revision = former_revision(former)
  json = json:gsub('"revision":%d+', ('"revision":%d'):format(revision + 1), 1)
end
redis.call('HSET', user, 'document', json)
redis.call('ZADD', users, role, name)
if password ~= '' then
  redis.call('HSET', user, 'password', password, 'generation', ARGV[12])
  for _, session in ipairs(redis.call('ZRANGE', sessions, 0, -1)) do
    redis.call('DEL', ARGV[16] .. session)
  end
  redis.call('DEL', sessions)
end
append_audit(ARGV[15], name, current or '', json, '')
return { 'ok', revision + 1 }
