-- Adds a line to a ledger of orders, if nobody has added one since it was read.
-- KEYS: ledger
-- ARGV: id of the newest line that was read ('': none; '*': add whatever was added meanwhile), the line, ms for which lines are kept
-- Returns {'ok', id} or {'changed'}.
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]

if ARGV[1] ~= '*' and ARGV[1] ~= (newest and newest[1] or '') then
  return { 'changed' }
end
local time = redis.call('TIME')
local oldest = ('%d'):format(time[1] * 1000 - ARGV[3])
return { 'ok', redis.call('XADD', KEYS[1], 'MINID', '~', oldest, '*', 'line', ARGV[2]) }
