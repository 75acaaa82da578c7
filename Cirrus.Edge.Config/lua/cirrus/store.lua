-- The node's state in shared memory. One process writes it (the log reader),
-- all read it.
--
--   head        "{sequence} {generation} {applied}"; changes with every change
--   d:{domain}  the domain document, JSON
--   e:{domain}  its purge epochs, JSON, as of some raise
--   j:{domain}:{number}  what a raise since then raised, JSON
--   v:{domain}  "{life} {first} {last}": changes with any of them. The life
--               is another when document or epochs were written as a whole;
--               `first` is the raise that the epochs have, `last` the newest
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
local match = string.match


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


-- Names of all domains, in the process that writes, once it asked for them.
local names


local function note_name(name, is_there)
  if names then
    names[name] = is_there or nil
  end
end


local function journal_key(name, number)
  return "j:" .. name .. ":" .. number
end


-- Returns life, first and last raise of a domain's epochs; nil when there is
-- no such domain, or it is lost.
function _M.read_version(version)
  if not version then
    return nil
  end
  local life, first, last = match(version, "^(%d+) (%d+) (%d+)$")
  return life, tonumber(first), tonumber(last)
end


local function drop_journal(name, from, to)
  for number = from, to do
    dict:delete(journal_key(name, number))
  end
end


local function remove(name)
  local _, _, last = _M.read_version(dict:get("v:" .. name))
  if last then
    -- Raises go on being kept for a while after the epochs have them.
    drop_journal(name, math.max(1, last - 2 * _M.MAX_JOURNAL), last)
  end
  dict:delete("v:" .. name)
  dict:delete("d:" .. name)
  dict:delete("e:" .. name)
end


-- Marked where there is room for that, to be answered by 503 rather than by
-- what a purge has made stale.
local function lose(name, sequence)
  remove(name)
  dict:safe_set("v:" .. name, "lost " .. sequence)
end


-- Returns true, or false when memory is full: nothing older is pushed out.
function _M.put_domain(name, document, epochs)
  local sequence = meta:incr("written", 1)
  local stored
  counted(name, function()
    remove(name)
    stored = dict:safe_set("d:" .. name, document) and
      dict:safe_set("e:" .. name, epochs) and
      dict:safe_set("v:" .. name, sequence .. " 0 0")
    if not stored then
      lose(name, sequence)
    end
  end)
  note_name(name, true)
  return stored or false
end


-- How many raises are kept apart from the epochs at most.
_M.MAX_JOURNAL = 128


-- Adds what a purge raised, JSON. With `epochs`, all of them, readers need not
-- put them together from more than the raises after this one. Returns whether
-- there was room.
function _M.raise(name, raised, epochs)
  local sequence = meta:incr("written", 1)
  local life, first, last = _M.read_version(dict:get("v:" .. name))
  if not life then
    return false
  end
  last = last + 1
  local stored = dict:safe_set(journal_key(name, last), raised)
  if stored and epochs then
    -- Who reads these before the version knows does so raise by raise again,
    -- which does no harm. The last ones stay for those who are a bit behind.
    stored = dict:safe_set("e:" .. name, epochs)
    drop_journal(name, math.max(1, first - _M.MAX_JOURNAL + 1), first)
    first = last
  end
  stored = stored and
    dict:safe_set("v:" .. name, life .. " " .. first .. " " .. last)
  if not stored then
    counted(name, function() lose(name, sequence) end)
  end
  return stored or false
end


function _M.drop_domain(name)
  meta:incr("written", 1)
  counted(name, function() remove(name) end)
  note_name(name, false)
end


function _M.version(name)
  return dict:get("v:" .. name)
end


-- Whether there is a domain of that name that is not lost.
function _M.has_domain(name)
  return _M.read_version(dict:get("v:" .. name)) ~= nil
end


-- Returns the JSON texts of the document and of the epochs as of raise `first`
-- or a later one, or nil.
function _M.domain(name)
  return dict:get("d:" .. name), dict:get("e:" .. name)
end


-- What a raise raised, JSON; nil when it is no longer kept apart.
function _M.raised(name, number)
  return dict:get(journal_key(name, number))
end


-- Names of all domains: a table with each as a key. Walks the whole dictionary
-- at first, so it is for the process that writes, and not for requests.
function _M.domain_names()
  if not names then
    names = {}
    for _, key in ipairs(dict:get_keys(0)) do
      if key:sub(1, 2) == "v:" then
        names[key:sub(3)] = true
      end
    end
  end
  return names
end


return _M
