-- The addresses an origin is connected to: checked each time its name is
-- resolved, and the only ones nginx ever sees.
local address_text = require "cirrus.core.address_text"
local balancer = require "ngx.balancer"
local failures = require "cirrus.origin_failures"
local lrucache = require "resty.lrucache"
local networks = require "cirrus.core.networks"
local policy = require "cirrus.core.address_policy"
local resolver = require "cirrus.resolver"
local settings = require "cirrus.settings"


local byte, random = string.byte, math.random
local set_current_peer = balancer.set_current_peer
local set_more_tries = balancer.set_more_tries
local set_timeouts = balancer.set_timeouts


local _M = {}


local checked = assert(lrucache.new(1000))
-- For so long the log doesn't repeat itself.
local CHECKED_FOR = 30
local allowed, problem = networks.parse(settings.origin_allow)
if not allowed then
  error("CIRRUS_EDGE_ORIGIN_ALLOW: " .. problem, 0)
end


local function unhex(text)
  return (text:gsub("%x%x", function(pair)
    return string.char(tonumber(pair, 16))
  end))
end


local function report(host, refused)
  if #refused > 0 then
    ngx.log(ngx.ERR, "origin ", host, ": address ",
      table.concat(refused, ", ", 1, math.min(#refused, 4)),
      #refused > 4 and ", ..." or "",
      " is not public; CIRRUS_EDGE_ORIGIN_ALLOW would allow it")
  end
end


-- IPv4 first: a node need not have IPv6.
local function check(host, addresses)
  local result, refused = { v4 = 0 }, {}
  for _, address in ipairs(addresses) do
    if policy.is_allowed(address, allowed) then
      if #address == 4 then
        result.v4 = result.v4 + 1
      end
      result[#result + 1] = address_text.format(address)
    else
      refused[#refused + 1] = address_text.format(address)
    end
  end
  report(host, refused)
  table.sort(result, function(a, b)
    return a:byte() ~= 91 and b:byte() == 91
  end)
  return result
end


local function addresses_of(text)
  local addresses = {}
  for part in text:gmatch("%x+") do
    addresses[#addresses + 1] = unhex(part)
  end
  return addresses
end


-- What an origin is connected to, the same table for all its requests as long
-- as its addresses stay: nothing is put together for a request.
local function new_target(origin, addresses, timeouts)
  local target = {
    origin = origin, port = origin.port, timeouts = timeouts,
    addresses = addresses, single = #addresses == 1 and addresses[1] or nil,
    preferred = addresses.v4 > 0 and addresses.v4 or #addresses,
  }
  -- So that it can be a request's context by itself.
  target.target = target
  return target
end


-- Returns the target of an origin; nil and why, for the client, when it has no
-- address that may be connected to.
function _M.find(origin, timeouts)
  local host = origin.host
  local text = origin.is_address and host or resolver.lookup(host)
  local target = origin.target
  if target and target.addresses.text == text then
    return target
  end
  if byte(text) == 33 then
    return nil, "The name of the origin can't be resolved."
  end
  local known = checked:get(host)
  if not known or known.text ~= text then
    known = check(host, origin.is_address and { address_text.parse(host) }
      or addresses_of(text))
    known.text = text
    checked:set(host, known, CHECKED_FOR)
  end
  if #known == 0 then
    return nil, "The origin's address is not allowed."
  end
  target = new_target(origin, known, timeouts)
  origin.target = target
  return target
end


-- A target that is no origin of a domain: another node.
function _M.fixed(host, port, timeouts)
  local address = address_text.parse(host)
  if not address then
    return nil
  end
  return new_target({ port = port },
    { v4 = 0, address_text.format(address) }, timeouts)
end


-- The same target, asked with other time-outs (seconds).
function _M.with_times(target, timeouts)
  return new_target(target.origin, target.addresses, timeouts)
end


-- Two of several addresses, beginning anywhere among the preferred ones.
local function next_address(ctx, target)
  local addresses = target.addresses
  local first = ctx.first_address
  if first then
    return addresses[first % #addresses + 1]
  end
  first = random(target.preferred)
  ctx.first_address = first
  set_more_tries(1)
  return addresses[first]
end


-- The context of a request that is about to connect to a target.
function _M.context(target)
  return target.single and target or { target = target }
end


-- The same for a request that nginx must not send twice: when the target can't
-- be connected to, nothing was sent, and the spare one gets it.
function _M.context_with_spare(target, spare)
  return { target = target, spare = spare }
end


local function target_of(ctx)
  local spare = ctx.spare
  if spare and ctx.has_peer then
    failures.note(ctx.target.origin)
    ctx.target, ctx.spare = spare, nil
  elseif spare then
    ctx.has_peer = true
    set_more_tries(1)
  end
  return ctx.target
end


-- In the phase in which nginx wants a peer, and wants one again when that one
-- could not be connected to, or its idle connection was closed.
function _M.balance()
  local ctx = ngx.ctx
  local target = ctx.spare and target_of(ctx) or ctx.target
  local timeouts = target.timeouts
  if timeouts then
    set_timeouts(timeouts.connect, timeouts.send, timeouts.read)
  end
  local address = target.single or next_address(ctx, target)
  local ok, err = set_current_peer(address, target.port)
  if not ok then
    ngx.log(ngx.ERR, "origin address ", address, ": ", err)
    return ngx.exit(ngx.ERROR)
  end
end


return _M
