-- The other nodes of the CDN: which there are, and the secret they share. The
-- log reader reads them, all workers use them. Neither is ever on disk.
local address_text = require "cirrus.core.address_text"
local cjson = require "cjson.safe"
local ffi = require "ffi"
local hmac = require "cirrus.hmac"
local keys = require "cirrus.keys"
local redis = require "cirrus.redis"
local rendezvous = require "cirrus.core.rendezvous"


ffi.cdef [[
unsigned char *SHA256(const unsigned char *data, size_t length,
  unsigned char *digest);
]]


--   nodes    JSON list of those that serve: id, address, weight
--   secret
--   version  changes when either of these does
local dict = ngx.shared.cirrus_peers
local log, ERR, NOTICE = ngx.log, ngx.ERR, ngx.NOTICE
local now, null = ngx.now, ngx.null


local _M = {}


-- Everything is read this often (seconds) whether or not something was said;
-- what was said is read no more often than this.
local INTERVAL, MIN_INTERVAL = 10, 0.2
local PAGE = 500
local TYPES = {
  ["node-put"] = true, ["node-delete"] = true, ["node-health"] = true,
}


local last_read, is_stale = 0, true


-- For the reader: a type of entry in the log.
function _M.note_event(type)
  is_stale = is_stale or TYPES[type] or false
end


-- `document` and `status` as Redis has them; nil for a node that doesn't serve.
local function serving_node(document, status)
  local node = type(document) == "string" and status[1] == "up" and
    cjson.decode(document)
  if type(node) ~= "table" or node.state ~= "active" or
      type(node.id) ~= "string" or type(node.addresses) ~= "table" or
      type(node.addresses[1]) ~= "string" then
    return nil
  end
  return {
    id = node.id, weight = tonumber(node.weight) or 1,
    address = node.addresses[1],
  }
end


local function read_nodes(connection)
  local replies, err = redis.run(connection, {
    { "zrangebylex", keys.NODES, "-", "+" }, { "get", keys.PEER_SECRET },
  })
  if not replies then
    return nil, err
  end
  local ids, secret, nodes = replies[1], replies[2], {}
  for first = 1, #ids, PAGE do
    local commands = {}
    for i = first, math.min(first + PAGE - 1, #ids) do
      commands[#commands + 1] = { "get", keys.node(ids[i]) }
      commands[#commands + 1] = { "hmget", keys.node_status(ids[i]), "health" }
    end
    replies, err = redis.run(connection, commands, nil, true)
    if not replies then
      return nil, err
    end
    for i = 1, #replies, 2 do
      nodes[#nodes + 1] = serving_node(replies[i], replies[i + 1])
    end
  end
  return nodes, secret ~= null and secret or nil
end


-- Returns true, or nil and why not. An older control plane lets edges not read
-- nodes: then there is no shield, and nothing else is amiss.
function _M.refresh(connection)
  local due = last_read + (is_stale and MIN_INTERVAL or INTERVAL)
  if now() < due then
    return true
  end
  last_read, is_stale = now(), false
  local nodes, secret = read_nodes(connection)
  if not nodes and tostring(secret):find("^NOPERM") then
    log(NOTICE, "nodes can't be read: ", secret)
    return true
  elseif not nodes then
    is_stale = true
    return nil, secret
  end
  local text = #nodes > 0 and cjson.encode(nodes) or "[]"
  if text == dict:get("nodes") and secret == dict:get("secret") then
    return true
  end
  if not dict:safe_set("nodes", text) then
    log(ERR, "no memory for all nodes")
  end
  dict:set("secret", secret)
  dict:incr("version", 1, 0)
  return true
end


local function hash(text)
  local digest = ffi.new("unsigned char[32]")
  ffi.C.SHA256(text, #text, digest)
  return ffi.string(digest, 8)
end


-- Of this worker, as of `version`; owners by domain.
local version, nodes, owners, secret = nil, {}, {}, nil


local function synchronise()
  local current = dict:get("version")
  if current == version then
    return
  end
  version, owners, secret = current, {}, dict:get("secret")
  nodes = cjson.decode(dict:get("nodes") or "[]") or {}
  for _, node in ipairs(nodes) do
    node.mixed = rendezvous.mixed(hash(node.id))
    node.is_address = address_text.parse(node.address) ~= nil
  end
end


-- What signs and checks; nil while it is not known.
function _M.secret()
  synchronise()
  return secret
end


function _M.sign(text)
  return hmac.sha256(_M.secret(), text)
end


-- The node that a domain's objects are fetched through, or nil: `id` and
-- `address`. The table is the same as long as the nodes are.
function _M.owner(domain)
  synchronise()
  local owner = owners[domain]
  if owner == nil then
    owner = rendezvous.best(rendezvous.number(hash(domain)), nodes) or false
    owners[domain] = owner
  end
  return owner or nil
end


return _M
