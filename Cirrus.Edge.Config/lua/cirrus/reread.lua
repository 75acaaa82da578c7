-- Reads documents, epochs and certificates of names from Redis into the node's
-- state.
local keys = require "cirrus.keys"
local log_entries = require "cirrus.core.log_entries"
local memory = require "cirrus.memory"
local redis = require "cirrus.redis"


local null = ngx.null
local WRONG_TYPE = redis.WRONG_TYPE


local _M = {}


-- How many names are read in one round trip.
local PAGE = 500
_M.PAGE = PAGE


local function commands_for(items)
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
  return commands
end


-- What can't be read is one domain's matter, and stays as it was.
local function report(name, what)
  ngx.log(ngx.ERR, "domain ", name, ": ", what,
    " can't be read, Redis has something else there")
end


local function put_certificate(name, fields)
  if fields == WRONG_TYPE then
    return report(name, "its certificate")
  end
  memory.put_certificate(name, unpack(fields))
end


local function put_document(name, document, epochs)
  if document == WRONG_TYPE or epochs == WRONG_TYPE then
    report(name, document == WRONG_TYPE and "its document" or "its epochs")
  elseif document == null then
    memory.drop_domain(name)
  else
    memory.put_domain(name, document, log_entries.fields(epochs))
  end
end


-- Takes the replies of one item from `position` on; returns where the next
-- one's begin.
local function put(item, replies, position)
  local next_one = position + (item.document and 2 or 0)
  if item.certificate then
    -- Before the domain: whoever finds that finds its certificate, too.
    put_certificate(item.name, replies[next_one])
    next_one = next_one + 1
  end
  if item.document then
    put_document(item.name, replies[position], replies[position + 1])
  end
  return next_one
end


local function read_page(connection, items)
  local replies, err = redis.run(connection, commands_for(items), nil, true)
  if not replies then
    return nil, err
  end
  local position = 1
  for _, item in ipairs(items) do
    position = put(item, replies, position)
  end
  return true
end


-- Reads what the items {name, document, certificate} ask for: document and
-- epochs, or the certificate, or both. Returns true, or nil and why not.
function _M.items(connection, items)
  for first = 1, #items, PAGE do
    local page = { unpack(items, first, math.min(first + PAGE - 1, #items)) }
    local ok, err = read_page(connection, page)
    if not ok then
      return nil, err
    end
  end
  return true
end


-- The same of all names: `what` is {document, certificate}.
function _M.names(connection, names, what)
  local items = {}
  for i, name in ipairs(names) do
    items[i] = {
      name = name,
      document = what.document,
      certificate = what.certificate,
    }
  end
  return _M.items(connection, items)
end


return _M
