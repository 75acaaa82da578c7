-- How far the node's state is, in shared memory. One process writes it (the log
-- reader), all read it.
--
--   head        "{sequence} {generation} {applied}"; changes with every change
--   written     the sequence of the last write, published or not
--   published   how often the head was written; also in a shared counter, which
--               is all that a request reads as long as nothing changes
--
-- The sequence is written last: who sees a new one sees all that belongs to
-- it. The generation is part of every cache key; a new one purges the node.
local shared_counters = require "cirrus.shared_counters"


-- Apart from the domains, so that there is room for it when theirs is full.
local meta = ngx.shared.cirrus_link


local published = shared_counters.array("published", 1)


local _M = {}


-- Before the first write; harmless when there is state already.
function _M.prepare()
  meta:add("written", 0)
end


-- Another number whenever the head is another one.
function _M.published()
  return published[0]
end


function _M.head()
  return meta:get("head")
end


-- Returns sequence, generation and applied change id; nil before there is
-- any state.
function _M.read_head()
  local head = meta:get("head")
  if not head then
    return nil
  end
  local sequence, generation, applied = head:match("^(%d+) (%S+) (%S+)$")
  return tonumber(sequence), generation, applied
end


-- Unique among all generations of this node's cache, also after a restart.
function _M.new_generation()
  ngx.update_time()
  return ("%x"):format(ngx.now() * 1000)
end


-- Makes everything written since the last call visible to all workers.
function _M.publish(generation, applied)
  local sequence = meta:get("written")
  local ok, err = meta:set("head",
    sequence .. " " .. generation .. " " .. applied)
  published[0] = meta:incr("published", 1, 0)
  return ok, err
end


-- The number of a write that is about to be made.
function _M.next_write()
  return meta:incr("written", 1)
end


-- Whether everything is to be read again, whatever the position says.
function _M.needs_resync()
  return meta:get("resync") == "pending"
end


function _M.set_needs_resync(needed)
  meta:set("resync", needed and "pending" or "done")
end


return _M
