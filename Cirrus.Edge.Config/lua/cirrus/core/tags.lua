-- Tags of objects, for purges by tag. For each object that may be asked for
-- again there is an entry: the epoch in its key, the change it was fetched
-- under, and its tags. What is known of the tags decides which key is looked
-- for, so what is not known must lead to a key that no stale object has.
local stream_id = require "cirrus.core.stream_id"


local _M = {}


local is_newer, newest = stream_id.is_newer, stream_id.newest
local concat, find, gmatch = table.concat, string.find, string.gmatch
local sub = string.sub


-- More than this of one object is not kept: it counts as having any tag.
local MAX_BYTES = 4096
local ANY = "\1"


local function collect(list, text, pattern)
  for tag in gmatch(text, pattern) do
    if not list[tag] then
      list[tag] = true
      list[#list + 1] = tag
    end
  end
end


-- The tags that a response names, each once: `Surrogate-Key` has spaces
-- between them, `Cache-Tag` commas. Either may be nil.
function _M.parse(surrogate_key, cache_tag)
  local list = {}
  if surrogate_key then
    collect(list, surrogate_key, "[^%s,]+")
  end
  if cache_tag then
    collect(list, cache_tag, "[^%s,]+")
  end
  return list
end


-- Entries {key = epoch, fetched = change id, tags = {…} or nil for any}.
function _M.encode(entry)
  return entry.key .. " " .. entry.fetched .. " " ..
    (entry.tags and concat(entry.tags, " ") or ANY)
end


function _M.decode(text)
  local first = find(text, " ", 1, true)
  local second = find(text, " ", first + 1, true)
  local rest = sub(text, second + 1)
  return {
    key = sub(text, 1, first - 1),
    fetched = sub(text, first + 1, second - 1),
    tags = rest ~= ANY and _M.parse(rest) or nil,
  }
end


local function union(one, other)
  if not one or not other then
    return nil
  end
  local list, size = {}, 0
  for _, tags in ipairs({ one, other }) do
    for _, tag in ipairs(tags) do
      if not list[tag] then
        list[tag] = true
        list[#list + 1] = tag
        size = size + #tag + 1
      end
    end
  end
  return size <= MAX_BYTES and list or nil
end


-- The entry for an object `filled` when there is none and some were forgotten;
-- nil when there is to be none. Only the newest key that there can be is good
-- for one: of an older one it could not be told that no object has a newer.
-- What else has that key may have other tags, unless the object `is_alone`.
function _M.after_forgetting(filled, newest_key, is_alone)
  if filled.key ~= newest_key then
    return nil
  end
  return { key = filled.key, fetched = filled.fetched,
    tags = is_alone and union(filled.tags, {}) or nil }
end


-- The entry after an object was stored, or found, as `filled`; `known` is the
-- entry there was, if any. Several objects can have one key (variants, and an
-- older one when a fill breaks off), so the entry speaks for all of them. Nil
-- when the one that is there stays.
function _M.merge(known, filled)
  if not known or is_newer(filled.key, known.key) then
    return { key = filled.key, fetched = filled.fetched,
      tags = union(filled.tags, {}) }
  elseif known.key ~= filled.key then
    return nil
  end
  local tags = union(known.tags, filled.tags)
  local fetched = is_newer(known.fetched, filled.fetched) and filled.fetched or
    known.fetched
  if fetched == known.fetched and
      (not known.tags or tags and #tags == #known.tags) then
    return nil
  end
  return { key = known.key, fetched = fetched, tags = tags }
end


-- The epoch of an object's key: `epoch` is that of everything but its tags,
-- `hard` the compiled epochs of its domain, `entry` what is known of it.
function _M.epoch(entry, hard, epoch)
  local newest_tag = hard.newest_tag
  if not newest_tag then
    return epoch
  elseif not entry then
    return newest(epoch, newest_tag)
  end

  epoch = newest(epoch, entry.key)
  if not entry.tags then
    return is_newer(newest_tag, entry.fetched) and newest(epoch, newest_tag) or
      epoch
  end
  for i = 1, #entry.tags do
    local id = hard.tags[entry.tags[i]]
    if id and is_newer(id, entry.fetched) then
      epoch = newest(epoch, id)
    end
  end
  return epoch
end


return _M
