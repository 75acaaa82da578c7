-- What every accepted write does in the same step as the write itself: its change, its audit entry, the bell. Scripts that write are run
-- with this file before them, so their own keys begin at 4 and their own arguments at 7.
-- KEYS: events, audit, audit head
-- ARGV: bell, actor, address, request id, trace, salt; at the end '', or where an idempotent request has its claim, where its writes are
--   kept, for how long (s), and the claim itself. Those are taken off here.
local call = redis.call
-- Texts, since Redis would write a number of Lua out digit by digit in every call.
local EVENTS = '100000'
local AUDIT = '1000000'
local HISTORY = 50
-- More octets than createdAt and revision take at the end of a document.
local TAIL = 100


-- When a document was created and its revision, both as text, and where the two begin. They come last, so nothing else is read.
local function tail_of(document)
  local first, _, created, revision = document:find('"createdAt":"([^"]*)","revision":(%d+)}$', -TAIL)
  assert(first, 'createdAt and revision must be last')
  return created, revision, first
end


local claim = table.remove(ARGV)
local kept, writes, place
if claim ~= '' then
  kept, writes, place = table.remove(ARGV), table.remove(ARGV), table.remove(ARGV)
  -- Whoever lost the claim comes late: the request may be another's by now, and is not carried out twice.
  if call('GET', place) ~= claim then
    return redis.error_reply('LOST the claim of this request has run out')
  end
end


-- Appends a change; the fields after the key come in pairs. Returns its id.
local function append_change(kind, key, ...)
  local change = call('XADD', KEYS[1], 'MAXLEN', '~', EVENTS, '*',
    'type', kind, 'key', key, 'trace', ARGV[5], ...)
  call('PUBLISH', ARGV[1], change)
  return change
end


-- Keeps what a document was before it is written over or removed.
local function keep_revision(history, document)
  if call('LPUSH', history, document) > HISTORY then
    call('LTRIM', history, 0, HISTORY - 1)
  end
end


-- Appends an audit entry that carries the hash of the one before it. An entry's hash is SHA-1 over its id and its values, each as a
-- netstring, in the order of its fields; the newest one's is kept beside the stream, so that an end cut off shows too.
local function append_audit(action, key, before, after, change, outcome, reason)
  local head = call('GET', KEYS[3])
  local previous = head and head:match(' (%x+)$') or ''
  local actor, address, request, salt = ARGV[2], ARGV[3], ARGV[4], ARGV[6]
  outcome, reason = outcome or 'accepted', reason or ''
  local id = call('XADD', KEYS[2], 'MAXLEN', '~', AUDIT, '*', 'previous', previous, 'salt', salt,
    'actor', actor, 'address', address, 'requestId', request, 'action', action, 'key', key, 'before', before, 'after', after,
    'change', change, 'outcome', outcome, 'reason', reason)
  -- One text at once: each text on the way to it would be copied and hashed by Lua as well, the two documents above all.
  local hash = redis.sha1hex(#id .. ':' .. id .. ',' .. #previous .. ':' .. previous .. ',' .. #salt .. ':' .. salt .. ','
    .. #actor .. ':' .. actor .. ',' .. #address .. ':' .. address .. ',' .. #request .. ':' .. request .. ','
    .. #action .. ':' .. action .. ',' .. #key .. ':' .. key .. ',' .. #before .. ':' .. before .. ',' .. #after .. ':' .. after .. ','
    .. #change .. ':' .. change .. ',' .. #outcome .. ':' .. outcome .. ',' .. #reason .. ':' .. reason .. ',')
  call('SET', KEYS[3], id .. ' ' .. hash)
  if writes then
    -- All that an answer is made of, for a retry that finds no answer.
    call('RPUSH', writes, claim, change, key, after)
    call('EXPIRE', writes, kept)
  end
end
