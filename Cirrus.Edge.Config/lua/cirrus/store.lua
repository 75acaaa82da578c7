-- The node's state in shared memory. One process writes it (the log reader),
-- all read it.
--
--   head        "{sequence} {generation} {applied}"; changes with every change
--   d:{domain}  the domain document, JSON
--   e:{domain}  its purge epochs, JSON
--   v:{domain}  the sequence at which either last changed
--   written     the sequence of the last write, published or not
--   count       how many domains there are
--
-- The sequence is written last: who sees a new one sees all that belongs to
-- it. The generation is part of every cache key; a new one purges the node.
local dict = ngx.shared.cirrus
local log, ERR = ngx.log, ngx.ERR


local _M = {}


-- Before the first write; harmless when there is state already.
function _M.prepare()
  dict:safe_add("written", 0)
  dict:safe_add("count", 0)
end


function _M.count()
  return dict:get("count")
end


function _M.head()
  return dict:get("head")
end


-- Returns sequence, generation and applied change id; nil before there is
-- any state.
function _M.read_head()
  local head = dict:get("head")
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
  local sequence = dict:get("written")
  return _M.set("head", sequence .. " " .. generation .. " " .. applied)
end


-- A value that must not be lost: memory that is full is reported, and older
-- values are never pushed out for it.
function _M.set(key, value)
  local ok, err = dict:safe_set(key, value)
  if not ok then
    log(ERR, "state not stored, key ", key, ": ", err,
      "; the shared dictionary is too small")
  end
  return ok, err
end


function _M.get(key)
  return dict:get(key)
end


-- A domain that does not fit is marked as lost, to be answered by 503 rather
-- than by 404 or, worse, by what a purge has made stale.
function _M.put_domain(name, document, epochs)
  local sequence = dict:incr("written", 1)
  if not dict:get("v:" .. name) then
    dict:incr("count", 1)
  end
  if _M.set("d:" .. name, document) and _M.set("e:" .. name, epochs) and
    _M.set("v:" .. name, sequence) then
    return true
  end
  dict:delete("d:" .. name)
  dict:delete("e:" .. name)
  _M.set("v:" .. name, "lost " .. sequence)
  return false
end


function _M.drop_domain(name)
  dict:incr("written", 1)
  if dict:get("v:" .. name) then
    dict:incr("count", -1)
  end
  dict:delete("v:" .. name)
  dict:delete("d:" .. name)
  dict:delete("e:" .. name)
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
