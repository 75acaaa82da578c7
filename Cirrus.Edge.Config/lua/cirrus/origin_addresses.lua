-- The addresses an origin is connected to: checked each time its name is
-- resolved, and the only ones nginx ever sees.
local balancer = require "ngx.balancer"
local lrucache = require "resty.lrucache"
local policy = require "cirrus.core.address_policy"
local resolver = require "cirrus.resolver"
local settings = require "cirrus.settings"


local random = math.random
local var = ngx.var


local _M = {}


local checked = assert(lrucache.new(1000))
-- For so long the log doesn't repeat itself.
local CHECKED_FOR = 30
local allowed, malformed = policy.networks(settings.origin_allow)
if not allowed then
  error("CIRRUS_EDGE_ORIGIN_ALLOW: '" .. malformed .. "' is no network", 0)
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
      result[#result + 1] = policy.format(address)
    else
      refused[#refused + 1] = policy.format(address)
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


-- Two of the addresses, beginning anywhere among the preferred ones.
local function choose(result)
  local count = #result
  if count == 1 then
    return result[1]
  end
  local preferred = result.v4 > 0 and result.v4 or count
  local first = random(preferred)
  return result[first] .. " " .. result[first % count + 1]
end


-- The addresses to try, with a space between them; nil and why, for the
-- client, when there are none.
function _M.find(origin)
  local host = origin.host
  local text = origin.is_address and host or resolver.lookup(host)
  if text:byte() == 33 then
    return nil, "The name of the origin can't be resolved."
  end
  local known = checked:get(host)
  if not known or known.text ~= text then
    known = check(host, origin.is_address and { policy.parse(host) }
      or addresses_of(text))
    known.text = text
    checked:set(host, known, CHECKED_FOR)
  end
  if #known == 0 then
    return nil, "The origin's address is not allowed."
  end
  return choose(known)
end


-- In the phase in which nginx wants a peer: the first, then the other one.
function _M.balance()
  local ctx = ngx.ctx
  local first, second = var.cirrus_addresses:match("^(%S+) ?(%S*)$")
  local address = first
  if ctx.has_peer then
    address = second
  elseif second ~= "" then
    balancer.set_more_tries(1)
  end
  ctx.has_peer = true
  local ok, err = balancer.set_current_peer(address, tonumber(var.cirrus_port))
  if not ok then
    ngx.log(ngx.ERR, "origin address ", address, ": ", err)
    return ngx.exit(ngx.ERROR)
  end
end


return _M
