-- The outer tier: whose a request is, and whether it may go on to the cache.
local cdn_loop = require "cirrus.core.cdn_loop"
local connection_fields = require "cirrus.connection_fields"
local domains = require "cirrus.domains"
local errors = require "cirrus.errors"
local freshness = require "cirrus.freshness"
local inner = require "cirrus.inner"
local link = require "cirrus.link"
local lookup = require "cirrus.lookup"
local protection = require "cirrus.protection"
local secure = require "cirrus.secure"
local settings = require "cirrus.settings"
local shielding = require "cirrus.shielding"
local special_fields = require "cirrus.special_fields"


local new_table = require "table.new"
local var = ngx.var


local _M = {}


-- Room for what is noted of a request, so that the table doesn't grow.
local CTX_FIELDS = 8
local LOOP_MARK = "cirrus-" .. settings.node


local function forward_health(ctx)
  ctx.reason = "bypass"
  var.cirrus_zone = "off"
  var.cirrus_uri = settings.HEALTH_PATH
  var.cirrus_request = "off " .. settings.HEALTH_HOST
end


-- The domain of a host; without one the request is answered.
local function find_domain(host)
  local domain = domains.find(host)
  if domain then
    return domain
  elseif link.problem("domains") then
    return errors.reply(503, "The edge has no room for all domains.")
  end
  return errors.reply(shielding.status(404))
end


local function note_domain(ctx, domain)
  ctx.domain = domain.name
  ctx.hsts = domain.hsts or false
  ctx.response_headers = domain.response_headers or false
  ctx.change = domains.applied()
end


function _M.access()
  local fresh, why = freshness.wait()
  if not fresh then
    return errors.reply(503, "The edge can't answer yet: " .. why .. ".")
  end

  local host = var.host
  local ctx = new_table(0, CTX_FIELDS)
  ngx.ctx = ctx
  if host == settings.HEALTH_HOST and var.uri == settings.HEALTH_PATH then
    return forward_health(ctx)
  end
  local has_connection
  ctx.is_special, has_connection = special_fields.look()
  -- Over TLS there is always one.
  ctx.server_name = var.ssl_server_name or
    ctx.is_special and inner.recall(ctx, host) or nil
  if ctx.server_name and secure.is_misdirected(ctx.server_name, host) then
    -- Nothing is said about a host that this is not the connection for.
    ctx.hsts = false
    return errors.reply(shielding.status(421))
  end
  local domain = find_domain(host)
  note_domain(ctx, domain)
  if domain.is_lost then
    return errors.reply(503, domain.problem or
      "The edge has no room for this domain.")
  end
  -- RFC 8586: an origin that leads back here would go round for ever.
  if ctx.is_special and cdn_loop.has(var.http_cdn_loop or "", LOOP_MARK) then
    return errors.reply(shielding.status(508))
  elseif ctx.is_special and var.http_x_cirrus_pass then
    domain = shielding.admit(domain, host, ctx)
  end
  if domain.redirect and not ctx.server_name and not ctx.peer and
      secure.is_served(host) then
    return secure.redirect(host)
  end
  -- Another node's request has no client's address to judge by.
  if domain.protection and not ctx.peer then
    protection.check(domain, host, ctx)
  end
  if has_connection then
    connection_fields.drop()
  end
  return lookup.begin(ctx, domain, host)
end


return _M
