-- Purge epochs of one domain, ready for requests: which change last purged
-- what. Fields, each with the change id of its newest purge:
--
--   *           everything         p:{prefix}  paths that begin so
--   h:{host}    one of its hosts   u:{uri}     one object
--   t:{tag}     what has the tag
--
-- and the same after an "s" for soft purges. The newest epoch that concerns an
-- object is in its cache key, so raising one makes older objects unreachable;
-- soft ones are compared with the change that the object was fetched under.
local query = require "cirrus.core.query"
local stream_id = require "cirrus.core.stream_id"
local uris = require "cirrus.core.uri"


local _M = {}


local is_newer, newest = stream_id.is_newer, stream_id.newest
local byte, sub = string.byte, string.sub


_M.NONE = "0-0"
local SOFT = byte("s")


local function is_soft(field)
  return byte(field) == SOFT
end


_M.is_soft = is_soft


-- `reduced` has the URLs by what policies keep of their queries.
local function new_set()
  return { everything = _M.NONE, prefixes = {}, lengths = {}, urls = {},
    url_list = {}, reduced = {}, hosts = {}, tags = {} }
end


local function add_prefix(set_of, prefix, id)
  prefix = uris.canonical_prefix(prefix)
  local prefixes, lengths = set_of.prefixes, set_of.lengths
  prefixes[prefix] = newest(prefixes[prefix], id)
  for i = 1, #lengths do
    if lengths[i] == #prefix then
      return
    end
  end
  lengths[#lengths + 1] = #prefix
  table.sort(lengths)
end


local function add(set_of, kind, value, id)
  if kind == "p:" then
    add_prefix(set_of, value, id)
  elseif kind == "u:" then
    local url = uris.canonical(value)
    set_of.urls[url] = newest(set_of.urls[url], id)
    set_of.url_list[#set_of.url_list + 1] = { url, id }
  elseif kind == "h:" then
    set_of.hosts[value] = newest(set_of.hosts[value], id)
  elseif kind == "t:" then
    set_of.tags[value] = newest(set_of.tags[value], id)
    set_of.newest_tag = newest(set_of.newest_tag, id)
  end
end


local KINDS = { prefixes = "p:", urls = "u:", hosts = "h:", tags = "t:" }


-- Starts again from a purge of everything; what is newer stays.
local function begin(set_of, id)
  if set_of and not is_newer(id, set_of.everything) then
    return set_of
  end
  local again = new_set()
  again.everything = id
  for name, kind in pairs(KINDS) do
    for value, epoch in pairs(set_of and set_of[name] or {}) do
      if is_newer(epoch, id) then
        add(again, kind, value, epoch)
      end
    end
  end
  return again
end


-- Takes fields into what `compile` made; what is in it already does no harm.
function _M.apply(compiled, fields)
  compiled.version = compiled.version + 1
  if fields["*"] then
    compiled.hard = begin(compiled.hard, fields["*"])
    if not is_newer(compiled.newest_soft, fields["*"]) then
      compiled.soft, compiled.newest_soft = nil, nil
    end
  end
  if fields["s*"] then
    compiled.soft = begin(compiled.soft, fields["s*"])
    compiled.newest_soft = newest(compiled.newest_soft, fields["s*"])
  end
  for field, id in pairs(fields) do
    if is_soft(field) then
      compiled.soft = compiled.soft or new_set()
      compiled.newest_soft = newest(compiled.newest_soft, id)
      if is_newer(id, compiled.soft.everything) then
        add(compiled.soft, sub(field, 2, 3), sub(field, 4), id)
      end
    elseif is_newer(id, compiled.hard.everything) then
      add(compiled.hard, sub(field, 1, 2), sub(field, 3), id)
    end
  end
end


-- Turns fields into what `find` reads: canonical names, and prefixes by
-- length so that looking up costs one table access for each distinct length.
-- `version` tells whether anything was applied since.
function _M.compile(fields)
  local compiled = { hard = new_set(), version = 0 }
  _M.apply(compiled, fields)
  return compiled
end


-- The URLs as requests for them are keyed where a policy leaves something of
-- queries out; brought up to date when it is asked for.
local function reduced_urls(set_of, policy)
  local reduced = set_of.reduced[policy]
  if not reduced then
    reduced = { seen = 0, urls = {} }
    set_of.reduced[policy] = reduced
  end
  local list, urls = set_of.url_list, reduced.urls
  for i = reduced.seen + 1, #list do
    local url = query.reduce(list[i][1], policy)
    urls[url] = newest(urls[url], list[i][2])
  end
  reduced.seen = #list
  return urls
end


local function find(set_of, host, uri, policy)
  local urls = policy and reduced_urls(set_of, policy) or set_of.urls
  local epoch = set_of.everything
  local lengths, size = set_of.lengths, #uri
  for i = 1, #lengths do
    if lengths[i] > size then
      break
    end
    local id = set_of.prefixes[sub(uri, 1, lengths[i])]
    if id and is_newer(id, epoch) then
      epoch = id
    end
  end
  return newest(newest(epoch, urls[uri]), set_of.hosts[host])
end


-- The newest epoch that concerns the canonical URI of a host, tags apart;
-- `policy` says what of its query is left, if not all is.
function _M.find(compiled, host, uri, policy)
  return find(compiled.hard, host, uri, policy)
end


-- The newest soft epoch that concerns an object, its tags included; nil when
-- there is none.
function _M.find_soft(compiled, host, uri, policy, tags)
  local soft = compiled.soft
  if not soft then
    return nil
  end
  local epoch = find(soft, host, uri, policy)
  for i = 1, tags and #tags or 0 do
    epoch = newest(epoch, soft.tags[tags[i]])
  end
  return epoch ~= _M.NONE and epoch or nil
end


return _M
