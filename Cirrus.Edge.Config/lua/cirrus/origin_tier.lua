-- The inner tier: which origin, with which headers.
local balance = require "cirrus.core.balance"
local collapsing = require "cirrus.collapsing"
local domains = require "cirrus.domains"
local errors = require "cirrus.errors"
local metrics = require "cirrus.metrics"
local origin_addresses = require "cirrus.origin_addresses"
local request_headers = require "cirrus.request_headers"
local revalidation = require "cirrus.revalidation"
local settings = require "cirrus.settings"
local status = require "cirrus.status"


local failing = ngx.shared.cirrus_origins
local var = ngx.var
local clear_header, set_header = ngx.req.clear_header, ngx.req.set_header


local _M = {}


local MAX_ATTEMPTS = 3
-- For so long an origin that could not be reached is asked last.
local FAILING_FOR = 3
local MAY_RETRY = { GET = true, HEAD = true }


-- What some origins believe about the request although it is no part of the
-- cache key; a client could poison the cache with it.
local UNTRUSTED = {
  "Forwarded", "Front-End-Https", "Proxy", "True-Client-IP", "X-Client-IP",
  "X-Forwarded-Path", "X-Forwarded-Port", "X-Forwarded-Prefix",
  "X-Forwarded-Scheme", "X-Forwarded-Server", "X-Forwarded-Ssl",
  "X-Forwarded-Uri", "X-HTTP-Host-Override", "X-HTTP-Method",
  "X-HTTP-Method-Override", "X-Host", "X-Method-Override", "X-Original-Host",
  "X-Original-URI", "X-Original-URL", "X-Real-IP", "X-Rewrite-URL",
}


local function is_failing(origin)
  return failing:get(origin.authority)
end


local function prepare_request(domain)
  for _, name in ipairs(UNTRUSTED) do
    clear_header(name)
  end
  for name, value in pairs(domain.headers) do
    set_header(name, value)
  end
  var.cirrus_host = domain.host_header or var.host
  request_headers.apply(domain.request_headers)
end


local function tried_origins()
  local tried, count = {}, 0
  for index in var.cirrus_tried:gmatch("%d+") do
    tried[tonumber(index)] = true
    count = count + 1
  end
  return tried, count
end


-- Chooses an origin that was not tried and may be connected to. One without
-- a usable address got nothing, so the next may be asked whatever the method.
-- Returns the origin, how many were tried before and why others were not.
local function choose(domain)
  local tried, count = tried_origins()
  local problem
  while true do
    local index = balance.pick(domain.origins, tried, is_failing)
    if not index then
      return nil, count, problem
    end
    tried[index] = true
    var.cirrus_tried = var.cirrus_tried .. index .. " "
    local origin = domain.origins[index]
    local addresses, why = origin_addresses.find(origin)
    if addresses then
      var.cirrus_addresses = addresses
      return origin, count
    end
    failing:set(origin.authority, true, FAILING_FOR)
    count, problem = count + 1, why
  end
end


-- On the last attempt the client gets the origin's answer whatever it is.
local function forward(domain)
  local origin, count, problem = choose(domain)
  if not origin then
    return errors.reply(502, problem)
  end
  var.cirrus_authority = origin.authority
  var.cirrus_port = origin.port
  -- The upstream of that name connects to the addresses.
  var.cirrus_origin = origin.scheme .. "://origin_addresses" ..
    var.request_uri
  var.cirrus_tls_name = origin.is_address and var.host or origin.host

  local attempts = math.min(#domain.origins, MAX_ATTEMPTS)
  if MAY_RETRY[ngx.req.get_method()] and count + 1 < attempts then
    return ngx.exec("@attempt")
  end
  return ngx.exec("@final")
end


-- The cache tier says "{policy} {domain}".
local function find_domain()
  local name = (var.http_x_cirrus_request or ""):match(" (.+)$")
  return name and domains.named(name), name
end


function _M.access()
  local domain, name = find_domain()
  if name == settings.HEALTH_HOST then
    return status.serve_health()
  end
  if not domain or domain.is_lost then
    return errors.reply(404)
  end
  collapsing.enter()
  if revalidation.is_one() then
    return ngx.exec("@refresh")
  end
  prepare_request(domain)
  return forward(domain)
end


-- For a request that has waited or asked already.
function _M.ask()
  local domain = find_domain()
  if not domain then
    return errors.reply(404)
  end
  prepare_request(domain)
  return forward(domain)
end


-- nginx writes "-" for a header that never came.
local function note_attempt()
  local answered = (var.upstream_header_time or ""):match("([^%s,:]+)%s*$")
  if not answered or ngx.status == 499 then
    return
  end
  metrics.origin(answered, var.upstream_status, var.upstream_response_time)
  if answered == "-" then
    failing:set(var.cirrus_authority, true, FAILING_FOR)
  end
end


function _M.retry()
  note_attempt()
  local domain = find_domain()
  if not domain then
    return errors.reply(404)
  end
  return forward(domain)
end


function _M.log()
  collapsing.leave()
  note_attempt()
end


return _M
