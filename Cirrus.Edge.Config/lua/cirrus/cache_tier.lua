-- The outer tier: which domain, which object, and what the client is told.
local cache_status = require "cirrus.core.cache_status"
local compiler = require "cirrus.core.domain"
local domains = require "cirrus.domains"
local epochs = require "cirrus.core.epochs"
local errors = require "cirrus.errors"
local freshness = require "cirrus.freshness"
local settings = require "cirrus.settings"
local uris = require "cirrus.core.uri"


local floor, max = math.floor, math.max
local get_method = ngx.req.get_method
local header, time, var = ngx.header, ngx.time, ngx.var
local match, re_find = string.match, ngx.re.find


local _M = {}


-- Everything longer could not be stored: the key is part of the object.
local MAX_URI = 8000
local IDENTIFIER = cache_status.identifier(settings.node)


local function matches(path, pattern)
  return re_find(path, pattern, "jo") ~= nil
end


-- Returns the policy ("off", "origin" or the ttl of a rule), and why the
-- cache is not asked.
local function policy_for(domain, method, path)
  if method ~= "GET" and method ~= "HEAD" then
    return "off", "method"
  end
  if not domain.cache_enable or var.http_authorization then
    return "off", "bypass"
  end
  local rule = compiler.rule_for(domain, method, path, matches)
  if not rule then
    return "origin"
  end
  if rule.ttl == 0 then
    return "off", "bypass"
  end
  return rule.ttl
end


-- GET and HEAD share an object, unless the rules treat them differently.
local function variant(domain, method, path, policy)
  if method == "HEAD" and policy_for(domain, "GET", path) ~= policy then
    return " HEAD"
  end
  return ""
end


local function forward_health(ctx)
  ctx.reason = "bypass"
  var.cirrus_domain = settings.HEALTH_HOST
  var.cirrus_uri = settings.HEALTH_PATH
  var.cirrus_policy = "off"
end


function _M.access()
  local fresh, why = freshness.wait()
  if not fresh then
    return errors.reply(503, "The edge can't answer yet: " .. why .. ".")
  end

  local host = var.host
  local ctx = ngx.ctx
  if host == settings.HEALTH_HOST and var.uri == settings.HEALTH_PATH then
    return forward_health(ctx)
  end
  local domain = domains.find(host)
  if not domain then
    return errors.reply(404)
  end
  ctx.domain = domain.name
  ctx.change = domains.applied()
  if domain.is_lost then
    return errors.reply(503, "The edge has no room for this domain.")
  end
  local uri = uris.canonical(var.request_uri)
  if #uri > MAX_URI then
    return errors.reply(414)
  end

  local method, path = get_method(), uris.path(uri)
  local policy, reason = policy_for(domain, method, path)
  if policy ~= "off" then
    var.cirrus_zone = "objects"
    var.cirrus_key = domains.generation() .. " " ..
      epochs.find(domain.epochs, uri) .. " " .. var.scheme .. " " .. host ..
      " " .. uri .. variant(domain, method, path, policy)
  end
  ctx.reason = reason
  var.cirrus_policy = policy
  var.cirrus_domain = domain.name
  var.cirrus_uri = uri
end


-- What the origin tier noted on the object: when it was made, when it ends.
local function object_times()
  local born, ends = match(var.upstream_http_x_cirrus_object or "",
    "^(%d+) (%d+)$")
  return tonumber(born), tonumber(ends)
end


local function describe(status, reason)
  local now = time()
  local born, ends = object_times()
  local outcome = {
    reason = reason,
    ttl = ends and ends - now or 0,
    stored = ends and status and status ~= "STALE",
    fwd_status = match(var.upstream_status or "", "(%d+)$"),
  }
  if born and (status == "HIT" or status == "UPDATING" or
    status == "STALE") then
    local age = max(0, now - born)
    -- A successful revalidation leaves the times of the first response; the
    -- object is then younger than they say, at most as old as its lifetime.
    if status == "HIT" and outcome.ttl < 0 then
      age = ends - born
      outcome.ttl = 0
    end
    header["Age"] = floor(age)
  end
  return cache_status.member(IDENTIFIER, status, outcome)
end


function _M.header_filter()
  header["Server"] = "Cirrus"
  local ctx = ngx.ctx
  local status = var.upstream_cache_status
  if not status and not ctx.reason then
    return
  end
  header["Cache-Control"] = var.upstream_http_x_cirrus_cache_control
  local member = describe(status, ctx.reason)
  local upstream = var.upstream_http_cache_status
  header["Cache-Status"] = upstream and upstream .. ", " .. member or member
end


return _M
