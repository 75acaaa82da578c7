-- Which addresses origins may have.
local networks = require "cirrus.core.networks"


local contains, sub = networks.contains, string.sub


local _M = {}


-- Not globally reachable by the special-purpose registries of IANA (RFC
-- 6890), and multicast. Cloud metadata is link-local or unique local.
local SPECIAL = networks.parse [[
  0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16
  172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16
  198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
  ::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001:db8::/32
  3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
]]


-- IPv6 that stands for an IPv4 address, and where that one begins: NAT64 (RFC
-- 6052), translated (RFC 2765), 6to4 (RFC 3056). Mapped ones are IPv4 to a set
-- of networks anyway.
local EMBEDDING = {
  { networks.parse("64:ff9b::/96"), 13 },
  { networks.parse("::ffff:0:0:0/96"), 13 },
  { networks.parse("2002::/16"), 3 },
}


local function embedded(address)
  for _, case in ipairs(#address == 16 and EMBEDDING or {}) do
    if contains(case[1], address) then
      return sub(address, case[2], case[2] + 3)
    end
  end
  return nil
end


-- `allowed` networks come first; otherwise only public addresses. An IPv6
-- address that stands for an IPv4 one is judged as that one.
function _M.is_allowed(address, allowed)
  if contains(allowed, address) then
    return true
  end
  local v4 = embedded(address)
  if v4 then
    return contains(allowed, v4) or not contains(SPECIAL, v4)
  end
  return not contains(SPECIAL, address)
end


return _M
