-- Keeps what a worker sees of nodes for as long as it gives signs of life.
-- KEYS: workers, this one's votes
-- ARGV: worker, time to live (ms), version, bell, 'all' (instead of what was cast before) or 'changed', then pairs: node id, vote ('': none)
-- Returns {'ok'} or {'unknown'}: what was cast before has run out, so all is to be cast.
local workers, votes = KEYS[1], KEYS[2]
local worker, version, bell, how = ARGV[1], ARGV[3], ARGV[4], ARGV[5]

if how == 'all' then
  redis.call('DEL', votes)
elseif redis.call('EXISTS', votes) == 0 then
  return { 'unknown' }
end
put_fields(votes, 6)
if how == 'all' or #ARGV > 5 then
  redis.call('HSET', votes, '#', version)
  redis.call('PUBLISH', bell, worker)
end
redis.call('PEXPIRE', votes, ARGV[2])
-- Always, for whoever found its votes gone may have taken it off.
redis.call('SADD', workers, worker)
return { 'ok' }
