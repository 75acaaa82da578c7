-- A request as an origin gets it: its header, and the connection it goes over.
local choice = require "cirrus.origin_choice"
local origin_addresses = require "cirrus.origin_addresses"
local pools = require "cirrus.origin_pools"
local request = require "cirrus.origin_request"
local request_headers = require "cirrus.request_headers"
local upgrade = require "cirrus.upgrade"


local set_header, var = ngx.req.set_header, ngx.var


local _M = {}


-- What most requests are: one origin, spoken to in plain text, over a kept
-- connection. No other location is needed for these, and nothing is set.
function _M.is_plain(domain)
  local origin = domain.origins[1]
  return not domain.origins[2] and origin and not origin.is_secure and
    not origin.host_header and
    domain.origin_policy.keepalive and not upgrade.is_wanted() and
    request.is_repeatable()
end


-- What is the same for all origins of the domain.
function _M.prepare(domain)
  if domain.host_header then
    var.cirrus_host = domain.host_header
  end
  for name, value in pairs(domain.headers) do
    set_header(name, value)
  end
  request_headers.apply(domain.request_headers)
end


-- The origin's own host, else what it was before another origin was asked.
local function set_host(own)
  local before = var.cirrus_host_before
  if own then
    if before == "" then
      var.cirrus_host_before = var.cirrus_host
    end
    var.cirrus_host = own
  elseif before ~= "" then
    var.cirrus_host = before
  end
end


-- The pool for TLS by this name; `give_back` is for what it takes.
function _M.take_pool(tls_name, is_verified)
  local pool, slot = pools.take(tls_name, is_verified)
  var.cirrus_slot = slot or ""
  return pool
end


-- When an attempt is over.
function _M.give_back()
  local slot = var.cirrus_slot
  if slot ~= "" then
    pools.give_back(tonumber(slot))
    var.cirrus_slot = ""
  end
end


local function pool_for(domain, origin, is_apart)
  local is_kept = not is_apart and domain.origin_policy.keepalive and
    request.is_repeatable()
  if not is_kept then
    return pools.FRESH
  elseif not origin.is_secure then
    return pools.PLAIN
  end
  return _M.take_pool(var.cirrus_tls_name, origin.is_verified)
end


local function context_for(domain, target)
  local origin = target.origin
  if domain.origins[2] and domain.origin_policy.attempts > 1 and
      not origin.is_secure and not origin.host_header and
      not request.is_repeatable() then
    return origin_addresses.context_with_spare(target,
      choice.spare(domain, origin))
  end
  return origin_addresses.context(target)
end


-- In the location that sends the request: all that it needs of the target.
-- With `times` the origin is asked with other time-outs than the domain's.
function _M.send_to(domain, target, times)
  local origin = target.origin
  times = times or upgrade.is_wanted() and upgrade.TIMES
  ngx.ctx = times and
    origin_addresses.context(origin_addresses.with_times(target, times)) or
    context_for(domain, target)
  set_host(origin.host_header)
  if origin.is_secure then
    var.cirrus_tls_name = origin.tls_name or var.host
  end
  var.cirrus_origin = origin.scheme .. "://" ..
    pool_for(domain, origin, times)
end


return _M
