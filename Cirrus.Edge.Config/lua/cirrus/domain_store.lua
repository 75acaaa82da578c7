-- The domains' documents and purge epochs, in shared memory. The log reader
-- writes them, all read them, as of what store.lua says.
--
--   d:{domain}  the domain document, JSON
--   e:{domain}  its purge epochs, JSON, as of some raise
--   j:{domain}:{number}  what a raise since then raised, JSON
--   v:{domain}  "{life} {first} {last}": changes with any of them. The life
--               is another when document or epochs were written as a whole;
--               `first` is the raise that the epochs have, `last` the newest
--   count       how many domains there are
local store = require "cirrus.store"


local dict = ngx.shared.cirrus
-- Apart, so that there is room for it when the other is full.
local meta = ngx.shared.cirrus_link
local match = string.match


-- How many raises are kept apart from the epochs at most.
local _M = { MAX_JOURNAL = 128 }


-- Before the first write; harmless when there is state already.
function _M.prepare()
  meta:add("count", 0)
end


function _M.count()
  return meta:get("count")
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
local known_names


local function note_name(name, is_there)
  if known_names then
    known_names[name] = is_there or nil
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
function _M.put(name, document, epochs)
  local sequence = store.next_write()
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


-- Adds what a purge raised, JSON. With `epochs`, all of them, readers need not
-- put them together from more than the raises after this one. Returns whether
-- there was room.
function _M.raise(name, raised, epochs)
  local sequence = store.next_write()
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


function _M.drop(name)
  store.next_write()
  counted(name, function() remove(name) end)
  note_name(name, false)
end


function _M.version(name)
  return dict:get("v:" .. name)
end


-- Whether there is a domain of that name that is not lost.
function _M.has(name)
  return _M.read_version(dict:get("v:" .. name)) ~= nil
end


-- Returns the JSON texts of the document and of the epochs as of raise `first`
-- or a later one, or nil.
function _M.read(name)
  return dict:get("d:" .. name), dict:get("e:" .. name)
end


-- What a raise raised, JSON; nil when it is no longer kept apart.
function _M.raised(name, number)
  return dict:get(journal_key(name, number))
end


-- Names of all domains: a table with each as a key. Walks the whole dictionary
-- at first, so it is for the process that writes, and not for requests.
function _M.names()
  if not known_names then
    known_names = {}
    for _, key in ipairs(dict:get_keys(0)) do
      if key:sub(1, 2) == "v:" then
        known_names[key:sub(3)] = true
      end
    end
  end
  return known_names
end


return _M
