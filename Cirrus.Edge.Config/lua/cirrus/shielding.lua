-- The origin shield, in the parent: what other nodes ask of this one, each with
-- a pass (core/peer_pass.lua).
local domains = require "cirrus.domains"
local errors = require "cirrus.errors"
local passes = require "cirrus.core.peer_pass"
local peers = require "cirrus.peers"
local settings = require "cirrus.settings"
local stream_id = require "cirrus.core.stream_id"


local get_method = ngx.req.get_method
local header, var = ngx.header, ngx.var
local is_newer = stream_id.is_newer
local sleep, time = ngx.sleep, ngx.time


local _M = {}


-- How long a purge is waited for that the child knows already (seconds).
local MAX_WAIT, STEP = 0.5, 0.005


-- Strangers may show passes, too: so many seconds a worker says no more.
local QUIET = 10
local said_at, unsaid = -QUIET, 0


local function say(why)
  local now = time()
  if now - said_at < QUIET then
    unsaid = unsaid + 1
    return
  end
  ngx.log(ngx.WARN, "not answered as a shield: ", why,
    unsaid > 0 and "; nor were " .. unsaid .. " others since" or "")
  said_at, unsaid = now, 0
end


local function refuse(why)
  say(why)
  return errors.reply(503, "This node is no shield for that.")
end


-- In the cache tier: the request says that it is a node's. A stranger that says
-- so gets no answer. Returns the domain as it is when the node knows all that
-- the child knew.
function _M.admit(domain, host, ctx)
  local pass, why
  -- A node asks for what it would store, and a pass is for nothing else.
  local method = get_method()
  if method ~= "GET" and method ~= "HEAD" then
    why = "for " .. method
  elseif peers.secret() then
    pass, why = passes.read(var.http_x_cirrus_pass, {
      to = settings.node, scheme = var.scheme, host = host,
      uri = var.request_uri,
    }, time(), peers.sign)
  end
  if not pass then
    return refuse("a pass is " .. (why or "shown, but no secret known"))
  end
  local deadline = ngx.now() + MAX_WAIT
  while is_newer(pass.change, domains.applied()) do
    if ngx.now() > deadline then
      return refuse("change " .. pass.change .. " is not applied yet")
    end
    sleep(STEP)
    domain = domains.find(host)
    if not domain or domain.is_lost then
      return refuse(host .. " is gone")
    end
  end
  ctx.peer = pass.from
  -- The child shows its clients what the domain wants them to see.
  ctx.response_headers = false
  var.cirrus_client = var.http_x_forwarded_for or ""
  return domain
end


-- Whether the request shows a pass, good or not: then 503 sends the child to
-- the origins, where a client would get another status.
function _M.status(status)
  return var.http_x_cirrus_pass and 503 or status
end


-- Until when the child may keep it, and by what purges name it.
function _M.add_header(ctx)
  if not ctx.peer then
    return
  end
  local object = var.upstream_http_x_cirrus_object
  local status = var.upstream_cache_status
  if status == "STALE" or status == "UPDATING" then
    object = "0 0"
  end
  header["X-Cirrus-Stored"] = object
  header["X-Cirrus-Applied"] = var.upstream_http_x_cirrus_applied
  header["Surrogate-Key"] = var.upstream_http_surrogate_key
  header["Cache-Tag"] = var.upstream_http_cache_tag
end


return _M
