-- Brings the node's state up to the change log: everything at first and after
-- a gap, then entry by entry.
local certificates = require "cirrus.certificate_store"
local cjson = require "cjson.safe"
local keys = require "cirrus.keys"
local link = require "cirrus.link"
local memory = require "cirrus.memory"
local peers = require "cirrus.peers"
local redis = require "cirrus.redis"
local store = require "cirrus.store"
local warm = require "cirrus.warm"


local log, NOTICE = ngx.log, ngx.NOTICE
local null = ngx.null


local _M = {}


local PAGE = 500


local function to_fields(flat)
  local fields = {}
  for i = 1, #flat, 2 do
    fields[flat[i]] = flat[i + 1]
  end
  return fields
end


-- Reads what the items {name, document, certificate} ask for: document and
-- epochs, or the certificate, or both. Returns true, or nil and why not.
local function refresh(connection, items)
  if #items == 0 then
    return true
  end
  local commands = {}
  for _, item in ipairs(items) do
    if item.document then
      commands[#commands + 1] = { "get", keys.domain(item.name) }
      commands[#commands + 1] = { "hgetall", keys.epochs(item.name) }
    end
    if item.certificate then
      commands[#commands + 1] = {
        "hmget", keys.certificate(item.name), "fullchain", "key", "notAfter",
      }
    end
  end
  local replies, err = redis.run(connection, commands)
  if not replies then
    return nil, err
  end

  local position = 1
  for _, item in ipairs(items) do
    if item.certificate then
      -- Before the domain: whoever finds that finds its certificate, too.
      memory.put_certificate(item.name,
        unpack(replies[position + (item.document and 2 or 0)]))
    end
    if item.document then
      local document, fields = replies[position], replies[position + 1]
      if document == null then
        memory.drop_domain(item.name)
      else
        memory.put_domain(item.name, document, to_fields(fields))
      end
      position = position + 2
    end
    position = position + (item.certificate and 1 or 0)
  end
  return true
end


local function refresh_in_pages(connection, items)
  for first = 1, #items, PAGE do
    local page = {}
    for i = first, math.min(first + PAGE - 1, #items) do
      page[#page + 1] = items[i]
    end
    local ok, err = refresh(connection, page)
    if not ok then
      return nil, err
    end
  end
  return true
end


-- Items for `refresh` that ask for the same of all names.
local function items_of(names, what)
  local items = {}
  for i, name in ipairs(names) do
    items[i] = {
      name = name,
      document = what.document,
      certificate = what.certificate,
    }
  end
  return items
end


-- Reads everything. `position` is the log's end as it was before: what
-- changes meanwhile is read twice, which does no harm.
function _M.everything(connection, generation, position)
  local known = {}
  local from = "-"
  repeat
    local replies, err = redis.run(connection, {
      { "zrangebylex", keys.DOMAINS, from, "+", "LIMIT", 0, PAGE },
    })
    if not replies then
      return nil, err
    end
    local names = replies[1]
    if #names > 0 then
      local ok
      ok, err = refresh(connection,
        items_of(names, { document = true, certificate = true }))
      if not ok then
        return nil, err
      end
    end
    for _, name in ipairs(names) do
      known[name] = true
    end
    from = "(" .. (names[#names] or "")
    -- Whoever waits for the log needs not wait for this: the generation is
    -- new, so nothing of the time before can be served.
    link.up(ngx.now())
  until #names < PAGE

  for name in pairs(store.domain_names()) do
    if not known[name] then
      memory.drop_domain(name)
    end
  end
  for _, name in ipairs(certificates.names()) do
    if not known[name] then
      memory.drop_certificate(name)
    end
  end
  memory.all_domains_read()
  memory.all_certificates_read()
  log(NOTICE, "read everything as of change ", position)
  return store.publish(generation, position)
end


-- Names of a snapshot's domains whose certificates are still to be read.
local missing


local function names_of_domains()
  local names = {}
  for name in pairs(store.domain_names()) do
    names[#names + 1] = name
  end
  return names
end


-- Reads some of the certificates of the domains that a snapshot brought; those
-- of later changes are in the log. Returns true, or nil and why not.
function _M.missing_certificates(connection)
  if certificates.is_complete() then
    return true
  end
  missing = missing or names_of_domains()
  local page = {}
  while #page < PAGE and #missing > 0 do
    page[#page + 1] = table.remove(missing)
  end
  local ok, err = refresh(connection, items_of(page, { certificate = true }))
  if not ok then
    missing = nil
    return nil, err
  end
  if #missing == 0 then
    missing = nil
    memory.all_certificates_read()
    log(NOTICE, "read the certificates of the snapshot's domains")
  end
  return true
end


-- What is to be read again after an entry of the log.
local REREAD = {
  ["domain-put"] = { "document" },
  ["domain-delete"] = { "document", "certificate" },
  ["cert-put"] = { "certificate" },
  ["cert-delete"] = { "certificate" },
}


-- Whether any of the entries changes what a snapshot has.
function _M.concerns_snapshot(entries)
  for _, entry in ipairs(entries) do
    local kind = to_fields(entry[2]).type
    if kind == "purge" or REREAD[kind] and REREAD[kind][1] == "document" then
      return true
    end
  end
  return false
end


-- The object that an entry carries; an empty one when it carries none.
local function decode(data)
  local object = cjson.decode(data or "")
  return type(object) == "table" and object or {}
end


-- Adds to the list that belongs to a name.
local function append(lists, name, item)
  lists[name] = lists[name] or {}
  table.insert(lists[name], item)
end


-- Applies log entries {id, {field, value, …}} in order; a domain is written
-- once, however many of them are its own. Returns the id of the last one, or
-- nil and why not.
function _M.apply(connection, entries, generation)
  local touched, purges, seen, warm_lists = {}, {}, {}, {}
  for _, entry in ipairs(entries) do
    local event = to_fields(entry[2])
    peers.note_event(event.type)
    if event.type == "purge" and event.key then
      local purge = decode(event.data)
      append(purges, event.key,
        { kind = purge.kind, values = purge.values, soft = purge.soft,
          id = entry[1] })
    end
    if event.type == "warm" and event.key then
      local urls = decode(event.data).urls
      warm_lists[#warm_lists + 1] = { entry[1], event.key,
        type(urls) == "table" and urls or {} }
    end
    for _, part in ipairs(event.key and REREAD[event.type] or {}) do
      local item = seen[event.key]
      if not item then
        item = { name = event.key }
        seen[event.key] = item
        touched[#touched + 1] = item
      end
      item[part] = true
    end
  end

  local ok, err = refresh_in_pages(connection, touched)
  if not ok then
    return nil, err
  end
  for name, of_domain in pairs(purges) do
    memory.raise(name, of_domain)
  end
  local position = entries[#entries][1]
  ok, err = store.publish(generation, position)
  -- What is to be warmed has been purged before.
  for _, list in ipairs(warm_lists) do
    warm.start(unpack(list))
  end
  return ok and position, err
end


-- Tries what was lost for want of memory once more.
function _M.retry_lost(connection, generation, position)
  local domains, of_certificates = memory.due()
  if not domains and not of_certificates then
    return true
  end
  local ok, err = refresh_in_pages(connection,
    items_of(domains or {}, { document = true }))
  if ok then
    ok, err = refresh_in_pages(connection,
      items_of(of_certificates or {}, { certificate = true }))
  end
  if not ok then
    return nil, err
  end
  return store.publish(generation, position)
end


return _M
