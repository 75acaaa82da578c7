-- The node's state in shared memory. One process writes it (the log reader),
-- all read it.
--
--   head        "{sequence} {generation} {applied}"; changes with every change
--   d:{domain}  the domain document, JSON
--   e:{domain}  its purge epochs, JSON
--   v:{domain}  the sequence at which either last changed
--   written     the sequence of the last write, published or not
--   count       how many domains there are
--   published   how often the head was written; also in a shared counter, which
--               is all that a request reads as long as nothing changes
--
-- The sequence is written last: who sees a new one sees all that belongs to
-- it. The generation is part of every cache key; a new one purges the node.
local shared_counters = require "cirrus.shared_counters"


local dict = ngx.shared.cirrus
-- Apart, so that there is room for it when the other is full.
local meta = ngx.shared.cirrus_link


local published = shared_counters.array("published", 1)


local _M = {}


-- Before the first write; harmless when there is state already.
function _M.prepare()
  meta:add("written", 0)
  meta:add("count", 0)
end


function _M.count()
  return meta:get("count")
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


-- Whether everything is to be read again, whatever the position says.
function _M.needs_resync()
  return meta:get("resync") == "pending"
end


function _M.set_needs_resync(needed)
  meta:set("resync", needed and "pending" or "done")
end


-- What `write` does to the number of domains is counted.
local function counted(name, write)
  local before = dict:get("v:" .. name)
  write()
  local after = dict:get("v:" .. name)
  if before and not after then
    meta:incr("count", -1)
  elseif after and not before then
    meta:incr("count", 1)
  end
end


local function remove(name)
  dict:delete("v:" .. name)
  dict:delete("d:" .. name)
  dict:delete("e:" .. name)
end


-- Returns true, or false when memory is full: nothing older is pushed out.
-- A domain that does not fit is marked as lost where there is room for that,
-- to be answered by 503 rather than by what a purge has made stale.
function _M.put_domain(name, document, epochs)
  local sequence = meta:incr("written", 1)
  local stored
  counted(name, function()
    stored = dict:safe_set("d:" .. name, document) and
      dict:safe_set("e:" .. name, epochs) and
      dict:safe_set("v:" .. name, sequence)
    if not stored then
      remove(name)
      dict:safe_set("v:" .. name, "lost " .. sequence)
    end
  end)
  return stored or false
end


function _M.drop_domain(name)
  meta:incr("written", 1)
  counted(name, function() remove(name) end)
end


function _M.version(name)
  return dict:get("v:" .. name)
end


-- Returns the JSON texts of the document and the epochs, or nil.
function _M.domain(name)
  return dict:get("d:" .. name), dict:get("e:" .. name)
end


-- Names of all domains; walks the whole dictionary, so not for requests.
function _M.domain_names()
  local names = {}
  for _, key in ipairs(dict:get_keys(0)) do
    if key:sub(1, 2) == "v:" then
      names[#names + 1] = key:sub(3)
    end
  end
  return names
end


return _M
