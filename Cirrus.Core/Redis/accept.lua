-- What every accepted write does in the same step as the write itself: its change, its audit entry, the bell. Scripts that write are run
-- with this file before them, so their own keys begin at 4 and their own arguments at 7.
-- KEYS: events, audit, audit head
-- ARGV: bell, actor, address, request id, trace, salt; at the end '', or where an idempotent request has its claim, where its writes are
--   kept, for how long (s), and the claim itself. Those are taken off here.
local EVENTS = 100000
local AUDIT = 1000000
local HISTORY = 50

local claim = table.remove(ARGV)
local kept, writes, place
if claim ~= '' then
  kept, writes, place = table.remove(ARGV), table.remove(ARGV), table.remove(ARGV)
  -- Whoever lost the claim comes late: the request may be another's by now, and is not carried out twice.
  if redis.call('GET', place) ~= claim then
    return redis.error_reply('LOST the claim of this request has run out')
  end
end


-- Appends a change; the fields after the key come in pairs. Returns its id.
local function append_change(kind, key, ...)
  local change = redis.call('XADD', KEYS[1], 'MAXLEN', '~', EVENTS, '*',
    'type', kind, 'key', key, 'trace', ARGV[5], ...)
  redis.call('PUBLISH', ARGV[1], change)
  return change
end


-- Keeps what a document was before it is written over or removed.
local function keep_revision(history, document)
  if redis.call('LPUSH', history, document) > HISTORY then
    redis.call('LTRIM', history, 0, HISTORY - 1)
  end
end


local function netstring(text)
  return #text .. ':' .. text .. ','
end


-- Appends an audit entry that carries the hash of the one before it. An entry's hash is SHA-1 over its id and its values, each as a
-- netstring, in the order of its fields; the newest one's is kept beside the stream, so that an end cut off shows too.
local function append_audit(action, key, before, after, change, outcome, reason)
  local head = redis.call('GET', KEYS[3])
  local entry = {
    'previous', head and head:match(' (%x+)$') or '', 'salt', ARGV[6],
    'actor', ARGV[2], 'address', ARGV[3], 'requestId', ARGV[4],
    'action', action, 'key', key, 'before', before, 'after', after,
    'change', change, 'outcome', outcome or 'accepted', 'reason', reason or '',
  }
  local id = redis.call('XADD', KEYS[2], 'MAXLEN', '~', AUDIT, '*', unpack(entry))
  local text = { netstring(id) }
  for i = 2, #entry, 2 do
    text[#text + 1] = netstring(entry[i])
  end
  redis.call('SET', KEYS[3], id .. ' ' .. redis.sha1hex(table.concat(text)))
  if writes then
    -- All that an answer is made of, for a retry that finds no answer.
    redis.call('RPUSH', writes, claim, change, key, after)
    redis.call('EXPIRE', writes, kept)
  end
end
