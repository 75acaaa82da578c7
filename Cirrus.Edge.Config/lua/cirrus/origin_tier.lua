-- The inner tier: which origin, with which headers, and for how long the
-- cache tier may keep the answer.
local balance = require "cirrus.core.balance"
local domains = require "cirrus.domains"
local errors = require "cirrus.errors"
local metrics = require "cirrus.metrics"
local origin_addresses = require "cirrus.origin_addresses"
local policy = require "cirrus.core.policy"
local request_headers = require "cirrus.request_headers"
local settings = require "cirrus.settings"
local status = require "cirrus.status"


local failing = ngx.shared.cirrus_origins
local header, var = ngx.header, ngx.var
local parse_http_time = ngx.parse_http_time
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


-- Several lines of one field mean the same as one line with commas.
local function field(name)
  local value = header[name]
  if type(value) == "table" then
    return table.concat(value, ", ")
  end
  return value
end


local function seconds(name)
  local value = field(name)
  -- A date that can't be read is in the past.
  return value and (parse_http_time(value) or 0)
end


local function describe_response()
  return {
    status = ngx.status,
    now = ngx.time(),
    cache_control = field("Cache-Control"),
    cdn_cache_control = field("CDN-Cache-Control"),
    age = field("Age"),
    vary = field("Vary"),
    expires = seconds("Expires"),
    date = parse_http_time(var.upstream_http_date or ""),
    has_cookie = header["Set-Cookie"] ~= nil,
  }
end


-- nginx's cache in the other tier obeys Cache-Control, so that field carries
-- our decision there, and the origin's own travels beside it to the client.
function _M.header_filter()
  local response = describe_response()
  local wanted = (var.http_x_cirrus_request or "off"):match("^%S+")
  local ttl, grace = 0, 0
  if wanted ~= "off" then
    ttl, grace = policy.ttl(response, tonumber(wanted))
  end

  header["Server"] = "Cirrus"
  header["X-Cirrus-Cache-Control"] = response.cache_control
  header["Vary"] = response.vary
  if ttl > 0 then
    local age = tonumber(response.age) or 0
    header["Cache-Control"] = "max-age=" .. ttl ..
      ", stale-while-revalidate=" .. grace
    header["X-Cirrus-Object"] = response.now - age .. " " ..
      response.now + ttl
  else
    header["Cache-Control"] = "no-store"
    header["X-Cirrus-Object"] = nil
    header["X-Accel-Buffering"] = "no"
  end
end


function _M.log()
  note_attempt()
end


return _M
