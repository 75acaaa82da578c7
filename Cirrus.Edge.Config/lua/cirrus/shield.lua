-- The origin shield, in the child. What a node misses of a domain it asks of
-- the one node that rendezvous hashing chose for the domain (the parent), and
-- only that one asks the origins. The child shows a pass; see
-- core/peer_pass.lua.
local domains = require "cirrus.domains"
local failures = require "cirrus.origin_failures"
local origin_addresses = require "cirrus.origin_addresses"
local object_times = require "cirrus.core.object_times"
local passes = require "cirrus.core.peer_pass"
local peers = require "cirrus.peers"
local pools = require "cirrus.origin_pools"
local sending = require "cirrus.origin_sending"
local settings = require "cirrus.settings"
local stream_id = require "cirrus.core.stream_id"


local match = string.match
local header, var = ngx.header, ngx.var
local is_newer = stream_id.is_newer
local time = ngx.time


local _M = {}


-- A parent connects fast or not at all; it may have to try several origins.
local CONNECT, MARGIN = 1, 5


-- In the cache tier, for what it would store: tells the origin tier what the
-- client asked for, and how new the answer has to be.
function _M.prepare(domain, ctx)
  if domain.origin_policy.shield then
    var.cirrus_shield = domains.applied() .. " " ..
      (ctx.uri or var.request_uri)
  end
end


-- The parent to be asked, or nil: not for what isn't stored, and not when this
-- node is the one, the parent is away or no secret is known.
function _M.parent(domain)
  if not var.http_x_cirrus_shield then
    return nil
  end
  local owner = peers.secret() and peers.owner(domain.name)
  if not owner or owner.id == settings.node or not owner.is_address or
      failures.is_node_noted(owner.id) then
    return nil
  end
  return owner
end


local function target(owner, scheme, timeouts)
  local read = (timeouts and timeouts.read or 60) + MARGIN
  local key = scheme .. read
  local known = owner[key]
  if not known then
    known = origin_addresses.fixed(owner.address,
      scheme == "https" and settings.peer_https_port or settings.peer_port,
      { connect = CONNECT, send = 60, read = read })
    owner[key] = known
  end
  return known
end


-- In the location that asks the parent, by the scheme that the client uses:
-- what came to us by TLS goes on by TLS, verified by the domain's own name.
function _M.send(domain)
  local change, uri = match(var.http_x_cirrus_shield or "", "^(%S+) (.+)$")
  local owner = uri and _M.parent(domain)
  if not owner then
    return false
  end
  local scheme = var.http_x_forwarded_proto == "https" and "https" or "http"
  local host = var.host
  ngx.ctx = origin_addresses.context(
    target(owner, scheme, domain.origin_policy.timeouts))
  local pool = pools.PLAIN
  if scheme == "https" then
    var.cirrus_tls_name = host
    pool = sending.take_pool(host, true)
  end
  var.cirrus_pass = passes.write(
    { time = time(), from = settings.node, change = change },
    { to = owner.id, scheme = scheme, host = host, uri = uri }, peers.sign)
  var.cirrus_origin = scheme .. "://" .. pool .. uri
  return true
end


-- After the parent gave no answer that counts; `answered` whether it gave one.
function _M.note_failure(domain, answered)
  var.cirrus_pass = ""
  local owner = not answered and peers.owner(domain.name)
  if owner then
    failures.note_node(owner.id)
    ngx.log(ngx.WARN, "node ", owner.id, ", the shield of ", domain.name,
      ", gave no answer")
  end
end


-- What the parent said with an answer 304 goes along with it.
function _M.keep_field()
  if var.cirrus_pass ~= "" then
    header["X-Cirrus-Stored"] = var.upstream_http_x_cirrus_stored
    header["X-Cirrus-Applied"] = var.upstream_http_x_cirrus_applied
  end
end


-- An object is as old as the older of what two nodes knew.
local function note_applied(change)
  if change and is_newer(var.cirrus_applied, change) then
    var.cirrus_applied = change
  end
end


function _M.recall(fields)
  header["X-Cirrus-Stored"] = fields["x-cirrus-stored"]
  note_applied(fields["x-cirrus-applied"])
end


-- How long a parent's answer may be kept is what is left of it there. `stale`
-- is what else may be done with it.
function _M.bound(ttl, stale)
  local is_asked = var.cirrus_pass ~= ""
  if not is_asked and var.cirrus_step ~= "merge" then
    return ttl, stale
  end
  local object = header["X-Cirrus-Stored"] or
    is_asked and var.upstream_http_x_cirrus_stored
  header["X-Cirrus-Stored"] = nil
  if not object or ttl <= 0 then
    return ttl, stale
  end
  -- Under which change the parent fetched it, for soft purges.
  if is_asked then
    note_applied(var.upstream_http_x_cirrus_applied)
  end
  local _, ends = object_times.read(object)
  -- A stale one is kept for a moment: it is being refreshed.
  local left = ends and math.max(ends - time(), 1) or ttl
  return math.min(ttl, left), stale
end


return _M
