-- Brings the node's state up to the change log: everything at first and after
-- a gap, then entry by entry.
local cjson = require "cjson.safe"
local epochs = require "cirrus.core.epochs"
local keys = require "cirrus.keys"
local link = require "cirrus.link"
local redis = require "cirrus.redis"
local store = require "cirrus.store"


local log, ERR, NOTICE = ngx.log, ngx.ERR, ngx.NOTICE
local null = ngx.null


local _M = {}


local PAGE = 500


-- Domains that did not fit into memory; tried again from time to time.
local lost, lost_count, next_retry = {}, 0, 0
local RETRY_INTERVAL = 10


local function note(name, is_lost)
  if (lost[name] or false) == is_lost then
    return
  end
  lost[name] = is_lost or nil
  lost_count = lost_count + (is_lost and 1 or -1)
  if lost_count == 0 then
    link.set_problem(nil)
    log(NOTICE, "there is memory for all domains again")
    return
  end
  if is_lost and lost_count == 1 then
    log(ERR, "no memory for domain ", name, " and perhaps more; ",
      "CIRRUS_EDGE_STATE_SIZE is too small")
  end
  link.set_problem(("no memory for %d domains"):format(lost_count))
end


local function put(name, document, fields)
  local ok, err = cjson.decode(document)
  if not ok then
    log(ERR, "domain ", name, ": document is not JSON: ", err)
    return
  end
  note(name, not store.put_domain(name, document, cjson.encode(fields)))
end


local function drop(name)
  store.drop_domain(name)
  note(name, false)
end


local function to_fields(flat)
  local fields = {}
  for i = 1, #flat, 2 do
    fields[flat[i]] = flat[i + 1]
  end
  return fields
end


-- Reads documents and epochs of the named domains. Returns true, or nil and
-- why not.
local function refresh(connection, names)
  local commands = {}
  for _, name in ipairs(names) do
    commands[#commands + 1] = { "get", keys.domain(name) }
    commands[#commands + 1] = { "hgetall", keys.epochs(name) }
  end
  local replies, err = redis.run(connection, commands)
  if not replies then
    return nil, err
  end
  for i, name in ipairs(names) do
    local document, fields = replies[2 * i - 1], replies[2 * i]
    if document == null then
      drop(name)
    else
      put(name, document, to_fields(fields))
    end
  end
  return true
end


local function refresh_in_pages(connection, names)
  for first = 1, #names, PAGE do
    local page = {}
    for i = first, math.min(first + PAGE - 1, #names) do
      page[#page + 1] = names[i]
    end
    local ok, err = refresh(connection, page)
    if not ok then
      return nil, err
    end
  end
  return true
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
      ok, err = refresh(connection, names)
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

  for _, name in ipairs(store.domain_names()) do
    if not known[name] then
      drop(name)
    end
  end
  if lost_count == 0 then
    link.set_problem(nil)
  end
  log(NOTICE, "read everything as of change ", position)
  return store.publish(generation, position)
end


local function raise(name, purges)
  local document, current = store.domain(name)
  if document then
    put(name, document, epochs.raise(cjson.decode(current) or {}, purges))
  end
end


local CONCERNS_US = {
  ["domain-put"] = true, ["domain-delete"] = true, ["purge"] = true,
}


-- Whether any of the entries is more than a step of the position.
function _M.concerns_us(entries)
  for _, entry in ipairs(entries) do
    if CONCERNS_US[to_fields(entry[2]).type] then
      return true
    end
  end
  return false
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
  local touched, purges, seen = {}, {}, {}
  for _, entry in ipairs(entries) do
    local event = to_fields(entry[2])
    if event.type == "purge" then
      local purge = cjson.decode(event.data or "")
      purge = type(purge) == "table" and purge or {}
      append(purges, event.key,
        { kind = purge.kind, values = purge.values, id = entry[1] })
    elseif event.type == "domain-put" or event.type == "domain-delete" then
      if not seen[event.key] then
        seen[event.key] = true
        touched[#touched + 1] = event.key
      end
    end
  end

  local ok, err = refresh_in_pages(connection, touched)
  if not ok then
    return nil, err
  end
  for name, of_domain in pairs(purges) do
    raise(name, of_domain)
  end
  local position = entries[#entries][1]
  ok, err = store.publish(generation, position)
  return ok and position, err
end


-- Tries domains that were lost for want of memory once more.
function _M.retry_lost(connection, generation, position)
  if lost_count == 0 or ngx.now() < next_retry then
    return true
  end
  next_retry = ngx.now() + RETRY_INTERVAL
  local names = {}
  for name in pairs(lost) do
    names[#names + 1] = name
  end
  local ok, err = refresh_in_pages(connection, names)
  if not ok then
    return nil, err
  end
  return store.publish(generation, position)
end


return _M
