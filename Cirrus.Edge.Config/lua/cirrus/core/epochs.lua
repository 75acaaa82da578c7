-- Purge epochs of one domain: fields "*", "p:{prefix}" and "u:{uri}", each
-- with the change id of the newest purge. An object's cache key holds the
-- newest epoch that concerns it, so raising one makes older objects
-- unreachable.
local stream_id = require "cirrus.core.stream_id"
local uris = require "cirrus.core.uri"


local _M = {}


local is_newer, newest = stream_id.is_newer, stream_id.newest
local sub = string.sub


_M.NONE = "0-0"
_M.MAX_FIELDS = 4000
-- Of the fields' names together.
_M.MAX_BYTES = 262144


local FIELD = { prefix = "p:", url = "u:" }


-- Forgetting single epochs is safe when the newest of them counts for all.
local function fold(fields)
  local epoch
  for _, id in pairs(fields) do
    epoch = newest(epoch, id)
  end
  return { ["*"] = epoch }
end


local function measure(fields)
  local count, size = 0, 0
  for field in pairs(fields) do
    count, size = count + 1, size + #field
  end
  return count, size
end


-- Returns the fields after purges {kind = …, values = {…}, id = change id}, in
-- the order given. A purge of unknown kind counts as "everything".
function _M.raise(fields, purges)
  local raised = {}
  for field, epoch in pairs(fields) do
    raised[field] = epoch
  end
  local count, size = measure(raised)

  local function set(field, id)
    if not raised[field] then
      count, size = count + 1, size + #field
    end
    raised[field] = newest(raised[field], id)
  end

  for _, purge in ipairs(purges) do
    local kind = FIELD[purge.kind]
    if kind and type(purge.values) == "table" then
      for _, value in ipairs(purge.values) do
        set(kind .. tostring(value), purge.id)
      end
    else
      set("*", purge.id)
    end
    if count > _M.MAX_FIELDS or size > _M.MAX_BYTES then
      raised = fold(raised)
      count, size = measure(raised)
    end
  end
  return raised
end


-- Turns fields into what `find` reads: canonical names, and prefixes by
-- length so that looking up costs one table access for each distinct length.
function _M.compile(fields)
  local everything = fields["*"] or _M.NONE
  local prefixes, urls, lengths = {}, {}, {}
  local has_urls = false

  for field, id in pairs(fields) do
    local kind, value = sub(field, 1, 2), sub(field, 3)
    if not is_newer(id, everything) then
      kind = nil
    end
    if kind == "p:" then
      local prefix = uris.canonical_prefix(value)
      if not prefixes[prefix] then
        lengths[#prefix] = true
      end
      prefixes[prefix] = newest(prefixes[prefix], id)
    elseif kind == "u:" then
      local url = uris.canonical(value)
      urls[url] = newest(urls[url], id)
      has_urls = true
    end
  end

  local sorted = {}
  for length in pairs(lengths) do
    sorted[#sorted + 1] = length
  end
  table.sort(sorted)
  return {
    everything = everything,
    prefixes = prefixes,
    lengths = sorted,
    urls = has_urls and urls or nil,
  }
end


-- The newest epoch that concerns the canonical URI.
function _M.find(compiled, uri)
  local epoch = compiled.everything
  local lengths, size = compiled.lengths, #uri
  for i = 1, #lengths do
    if lengths[i] > size then
      break
    end
    local id = compiled.prefixes[sub(uri, 1, lengths[i])]
    if id and is_newer(id, epoch) then
      epoch = id
    end
  end

  local id = compiled.urls and compiled.urls[uri]
  if id and is_newer(id, epoch) then
    epoch = id
  end
  return epoch
end


return _M
