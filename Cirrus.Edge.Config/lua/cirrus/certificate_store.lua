-- The certificates in shared memory, in a dictionary of their own: private
-- keys are in it, and nothing of it goes to disk. One process writes it (the
-- log reader), all read it.
--
--   c:{domain}  the certificate, as core/certificate_record.lua says
--   v:{domain}  the number of the change that wrote it
--
-- The number of the last change is written last: who sees a new one sees all
-- that belongs to it.
local record = require "cirrus.core.certificate_record"
local shared_counters = require "cirrus.shared_counters"
local smallest = require "cirrus.core.smallest"


local dict = ngx.shared.cirrus_certificates
-- Apart, so that there is room for it when the other is full.
local meta = ngx.shared.cirrus_link


-- The number of the last change; requests look at it.
local changes = shared_counters.array("certificates", 1)


local _M = {}


-- Before the first write; harmless when there is state already.
function _M.prepare()
  meta:add("certificates.count", 0)
end


function _M.changes()
  return changes[0]
end


function _M.count()
  return meta:get("certificates.count")
end


-- Whether the node has all the certificates of the changes it has applied. One
-- that started from a snapshot has none until it has read them.
function _M.is_complete()
  return meta:get("certificates.complete") == true
end


function _M.set_complete()
  meta:set("certificates.complete", true)
end


-- When the first of them ends (ms since 1970), nil when that is not known.
function _M.earliest_end()
  return meta:get("certificates.earliest")
end


-- Of the writing process; a new one learns them from what is there.
local ends


local function note_end(name, text)
  if not ends then
    ends = smallest.new()
    for _, known in ipairs(_M.names()) do
      note_end(known, dict:get("c:" .. known))
    end
  end
  local not_after = text and record.not_after(text)
  local earliest = ends:set(name, not_after ~= 0 and not_after or nil)
  if earliest ~= _M.earliest_end() then
    meta:set("certificates.earliest", earliest)
  end
end


local function remove(name)
  dict:delete("v:" .. name)
  dict:delete("c:" .. name)
end


-- What `write` does to the number of certificates is counted.
local function counted(name, write)
  local before = dict:get("v:" .. name)
  local change = _M.changes() + 1
  write(change)
  local after = dict:get("v:" .. name)
  if (after ~= nil) ~= (before ~= nil) then
    meta:incr("certificates.count", after and 1 or -1)
  end
  changes[0] = change
end


-- Returns true, or false when memory is full: nothing older is pushed out.
function _M.put(name, text)
  if dict:get("v:" .. name) and dict:get("c:" .. name) == text then
    return true
  end
  local stored
  note_end(name, text)
  counted(name, function(change)
    stored = dict:safe_set("c:" .. name, text) and
      dict:safe_set("v:" .. name, change)
    if not stored then
      remove(name)
      note_end(name, nil)
    end
  end)
  return stored or false
end


function _M.drop(name)
  if dict:get("v:" .. name) then
    counted(name, function() remove(name) end)
    note_end(name, nil)
  end
end


function _M.version(name)
  return dict:get("v:" .. name)
end


-- Returns chain and key, or nil.
function _M.read(name)
  local text = dict:get("c:" .. name)
  if text then
    return record.decode(text)
  end
end


-- Names of all; walks the whole dictionary, so not for handshakes.
function _M.names()
  local names = {}
  for _, key in ipairs(dict:get_keys(0)) do
    if key:sub(1, 2) == "v:" then
      names[#names + 1] = key:sub(3)
    end
  end
  return names
end


return _M
