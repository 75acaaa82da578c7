-- The inner tier: which origin, over which connection.
local balance = require "cirrus.core.balance"
local collapsing = require "cirrus.collapsing"
local domains = require "cirrus.domains"
local errors = require "cirrus.errors"
local http_answer = require "cirrus.core.http_answer"
local metrics = require "cirrus.metrics"
local origin_addresses = require "cirrus.origin_addresses"
local origin_health = require "cirrus.origin_health"
local pools = require "cirrus.origin_pools"
local request_headers = require "cirrus.request_headers"
local revalidation = require "cirrus.revalidation"
local settings = require "cirrus.settings"
local shield = require "cirrus.shield"
local status = require "cirrus.status"
local upgrade = require "cirrus.upgrade"


local byte, find, match, sub =
  string.byte, string.find, string.match, string.sub
local failing = ngx.shared.cirrus_origins
local get_method = ngx.req.get_method
local header, var = ngx.header, ngx.var
local set_header = ngx.req.set_header


local _M = {}


local FAILING_FOR = origin_addresses.FAILING_FOR
-- RFC 9110, section 9.2.2.
local IDEMPOTENT = {
  GET = true, HEAD = true, OPTIONS = true, PUT = true, DELETE = true,
}
local FINAL, FINAL_UNVERIFIED = "@final", "@final_unverified"
local ATTEMPT, ATTEMPT_UNVERIFIED = {}, {}
for mask = 0, 7 do
  ATTEMPT[mask] = "@attempt_" .. mask
  ATTEMPT_UNVERIFIED[mask] = "@attempt_unverified_" .. mask
end


local function is_failing(origin)
  return failing:get(origin.authority) or origin_health.is_down(origin)
end


-- Whether the request may be sent twice: to another origin, or over a kept
-- connection, which may turn out to be closed. A body is sent once, as it
-- comes.
local function is_repeatable()
  if not IDEMPOTENT[get_method()] or var.http_transfer_encoding then
    return false
  end
  local length = var.http_content_length
  return not length or length == "0"
end


local function prepare_request(domain)
  if domain.host_header then
    var.cirrus_host = domain.host_header
  end
  for name, value in pairs(domain.headers) do
    set_header(name, value)
  end
  request_headers.apply(domain.request_headers)
end


-- Of a request, those origins that were asked, or could not be: their indexes
-- and how many they are.
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
-- Returns its target and how many were tried before it; nil and why not.
local function choose(domain)
  local tried, count = tried_origins()
  local problem
  while true do
    local index = balance.pick(domain.origins, tried, is_failing)
    if not index then
      return nil, problem
    end
    tried[index] = true
    var.cirrus_tried = var.cirrus_tried .. index .. " "
    local origin = domain.origins[index]
    local target, why =
      origin_addresses.find(origin, domain.origin_policy.timeouts)
    if target then
      return target, count
    end
    failing:set(origin.authority, true, FAILING_FOR)
    count, problem = count + 1, why
  end
end


-- On the last attempt the client gets the origin's answer whatever it is.
local function location_for(domain, origin, tried)
  local attempts = math.min(#domain.origins, domain.origin_policy.attempts)
  local is_verified = origin.is_verified or not origin.is_secure
  if tried + 1 < attempts and not upgrade.is_wanted() and is_repeatable() then
    return (is_verified and ATTEMPT or ATTEMPT_UNVERIFIED)[
      domain.origin_policy.mask]
  end
  return is_verified and FINAL or FINAL_UNVERIFIED
end


local function pool_for(domain, origin, is_apart)
  local is_kept = not is_apart and domain.origin_policy.keepalive and
    is_repeatable()
  if not is_kept then
    return pools.FRESH
  elseif not origin.is_secure then
    return pools.PLAIN
  end
  local pool, slot = pools.take(var.cirrus_tls_name, origin.is_verified)
  var.cirrus_slot = slot or ""
  return pool
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


-- Another origin that would get the very same request as this one, or nil.
local function spare_for(domain, origin)
  local found
  for _, other in ipairs(domain.origins) do
    if other ~= origin and not other.is_secure and not other.host_header and
        not is_failing(other) and not (found and other.is_backup) then
      found = origin_addresses.find(other, domain.origin_policy.timeouts) or
        found
    end
  end
  return found
end


local function context_for(domain, target)
  local origin = target.origin
  if domain.origins[2] and domain.origin_policy.attempts > 1 and
      not origin.is_secure and not origin.host_header and
      not is_repeatable() then
    return origin_addresses.context_with_spare(target,
      spare_for(domain, origin))
  end
  return origin_addresses.context(target)
end


-- In the location that sends the request: all that it needs of the target.
local function send_to(domain, target, times)
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


-- The cache tier says "{policy} {domain}"; "probe" is a policy that asks none.
local function find_domain()
  local request = var.http_x_cirrus_request
  local space = request and find(request, " ", 1, true)
  local name = space and sub(request, space + 1)
  return name and domains.named(name), name
end


-- What most requests are: one origin, spoken to in plain text, over a kept
-- connection. No other location is needed for these, and nothing is set.
local function is_plain(domain)
  local origin = domain.origins[1]
  return not domain.origins[2] and origin and not origin.is_secure and
    not origin.host_header and
    domain.origin_policy.keepalive and not upgrade.is_wanted() and
    is_repeatable()
end


local function forward_probe(name)
  local domain, index = origin_health.probed(name or "")
  local origin = domain and domain.origins[index]
  if not origin then
    return errors.reply(404)
  end
  prepare_request(domain)
  var.cirrus_next = index
  return ngx.exec((origin.is_verified or not origin.is_secure) and FINAL or
    FINAL_UNVERIFIED)
end


local function forward(domain)
  prepare_request(domain)
  if is_plain(domain) then
    local target, why = origin_addresses.find(domain.origins[1],
      domain.origin_policy.timeouts)
    if not target then
      return errors.reply(502, why)
    end
    ngx.ctx = origin_addresses.context(target)
    return
  end

  local target, tried = choose(domain)
  if not target then
    return errors.reply(502, tried)
  end
  var.cirrus_next = target.origin.index
  return ngx.exec(location_for(domain, target.origin, tried))
end


local function ask(domain)
  if domain.origin_policy.shield and shield.parent(domain) then
    return ngx.exec("@shield")
  end
  return forward(domain)
end


function _M.access()
  local domain, name = find_domain()
  if name == settings.HEALTH_HOST then
    return status.serve_health()
  end
  if not domain then
    return forward_probe(name)
  elseif domain.is_lost then
    return errors.reply(404)
  end
  if sub(var.http_x_cirrus_request, 1, 6) == "probe " then
    header[http_answer.NOT_ASKED] = "1"
    return errors.reply(504, "No origin was asked.")
  end
  -- What is fetched now may lack what changes from here on.
  var.cirrus_applied = domains.applied()
  collapsing.enter()
  if revalidation.is_one() then
    return ngx.exec("@refresh")
  end
  return ask(domain)
end


-- For a request that has waited or asked already.
function _M.ask()
  local domain = find_domain()
  if not domain then
    return errors.reply(404)
  end
  return ask(domain)
end


-- Whether the attempt before brought an answer, nil when there was none. nginx
-- writes "-" for a header that never came.
local function was_answered()
  local times = var.upstream_header_time
  return times and byte(times, -1) ~= 45
end


local function give_back()
  local slot = var.cirrus_slot
  if slot ~= "" then
    pools.give_back(tonumber(slot))
    var.cirrus_slot = ""
  end
end


-- The answer of an origin to an attempt, good or bad.
local function note_attempt(origin)
  give_back()
  local answered = was_answered()
  if answered == nil or ngx.status == 499 then
    return
  end
  metrics.origin(answered and "" or "-", var.upstream_status,
    var.upstream_response_time)
  if not answered and origin then
    failing:set(origin.authority, true, FAILING_FOR)
  end
end


-- The location that asks the domain's shield.
function _M.shield()
  local domain = find_domain()
  if not domain then
    return errors.reply(404)
  end
  if not shield.send(domain) then
    return ngx.exec("@direct")
  end
end


-- Where a request goes on that the shield did not answer.
function _M.direct()
  local domain = find_domain()
  if not domain then
    return errors.reply(404)
  end
  give_back()
  shield.note_failure(domain, was_answered())
  return forward(domain)
end


local function last_tried(domain)
  local index = match(var.cirrus_tried, "(%d+) $")
  return index and domain and domain.origins[tonumber(index)]
end


-- The location that sends a request, either straight from `access` or because
-- the attempt before failed; then another origin is chosen, and if that needs
-- another location, that one goes on.
function _M.attempt()
  local domain, name = find_domain()
  local times
  if not domain then
    domain = origin_health.probed(name)
    times = domain and domain.origin_policy.health.times
  end
  if not domain then
    return errors.reply(404)
  end
  local origin = domain.origins[tonumber(var.cirrus_next)]
  if origin then
    var.cirrus_next = ""
    local target, why =
      origin_addresses.find(origin, domain.origin_policy.timeouts)
    if not target then
      return errors.reply(502, why)
    end
    return send_to(domain, target, times)
  end

  note_attempt(last_tried(domain))
  local target, tried = choose(domain)
  if not target then
    return errors.reply(502, tried)
  end
  local location = location_for(domain, target.origin, tried)
  if location == var.cirrus_here then
    return send_to(domain, target)
  end
  var.cirrus_next = target.origin.index
  return ngx.exec(location)
end


function _M.log()
  collapsing.leave()
  local target = ngx.ctx.target
  if not target then
    -- An error page was next.
    return note_attempt(last_tried(find_domain()))
  elseif target.origin then
    return note_attempt(target.origin)
  end
  return give_back()
end


return _M
