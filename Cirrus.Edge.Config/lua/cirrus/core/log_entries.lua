-- What entries of the change log ask for. An entry is {id, {field, value, …}}
-- as Redis gives it; docs/redis.md says what the fields are.
local _M = {}


-- What is to be read again after an entry.
local REREAD = {
  ["domain-put"] = { "document" },
  ["domain-delete"] = { "document", "certificate" },
  ["cert-put"] = { "certificate" },
  ["cert-delete"] = { "certificate" },
}


-- A flat list {field, value, …} by field.
function _M.fields(flat)
  local fields = {}
  for i = 1, #flat, 2 do
    fields[flat[i]] = flat[i + 1]
  end
  return fields
end


-- Whether any of the entries changes what a snapshot has.
function _M.concern_snapshot(entries)
  for _, entry in ipairs(entries) do
    local kind = _M.fields(entry[2]).type
    if kind == "purge" or REREAD[kind] and REREAD[kind][1] == "document" then
      return true
    end
  end
  return false
end


local function add_purge(purges, name, id, data)
  purges[name] = purges[name] or {}
  table.insert(purges[name], {
    kind = data.kind, values = data.values, soft = data.soft, id = id,
  })
end


-- A name is read again once, however many entries are about it.
local function add_item(items, seen, name, parts)
  local item = seen[name]
  if not item then
    item = { name = name }
    seen[name] = item
    items[#items + 1] = item
  end
  for _, part in ipairs(parts) do
    item[part] = true
  end
end


-- All that entries ask for, each in the order of the log:
--
--   reread  {name, document, certificate}, true for what is to be read again
--   purges  by the domain's name, lists of {kind, values, soft, id}
--   warm    {id, domain, URLs}
--   types   the entries' types
--
-- `decode` turns JSON into a value, or nil.
function _M.read(entries, decode)
  local wanted = { reread = {}, purges = {}, warm = {}, types = {} }
  local seen = {}
  for _, entry in ipairs(entries) do
    local id, event = entry[1], _M.fields(entry[2])
    local kind, name = event.type, event.key
    wanted.types[#wanted.types + 1] = kind
    local data = name and decode(event.data or "")
    data = type(data) == "table" and data or {}
    if name and kind == "purge" then
      add_purge(wanted.purges, name, id, data)
    elseif name and kind == "warm" then
      wanted.warm[#wanted.warm + 1] = { id, name,
        type(data.urls) == "table" and data.urls or {} }
    elseif name and REREAD[kind] then
      add_item(wanted.reread, seen, name, REREAD[kind])
    end
  end
  return wanted
end


return _M
