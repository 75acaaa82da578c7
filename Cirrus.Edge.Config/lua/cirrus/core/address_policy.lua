-- Which addresses origins may have. An address is a string of its 4 or 16
-- octets, as in DNS.
local byte, char, sub = string.byte, string.char, string.sub


local _M = {}


local function parse_v4(text)
  local octets = { text:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$") }
  for i = 1, 4 do
    local octet = octets[i]
    if not octet or #octet > 3 or tonumber(octet) > 255 then
      return nil
    end
  end
  return octets[1] and char(unpack(octets))
end


local function parse_groups(text)
  local octets = {}
  if text == "" then
    return ""
  end
  for group in (text .. ":"):gmatch("([^:]*):") do
    if not group:find("^%x%x?%x?%x?$") then
      return nil
    end
    local value = tonumber(group, 16)
    octets[#octets + 1] = char(math.floor(value / 256), value % 256)
  end
  return table.concat(octets)
end


-- RFC 4291, section 2.2; no scope.
local function parse_v6(text)
  local before, tail = text:match("^(.*:)(%d+%.%d+%.%d+%.%d+)$")
  if before then
    local v4 = parse_v4(tail)
    if not v4 then
      return nil
    end
    text = before .. ("%x:%x"):format(byte(v4, 1) * 256 + byte(v4, 2),
      byte(v4, 3) * 256 + byte(v4, 4))
  end
  local left, right = text:match("^(.-)::(.*)$")
  local head = parse_groups(left or text)
  local foot = parse_groups(right or "")
  if not head or not foot then
    return nil
  end
  local missing = 16 - #head - #foot
  if left and missing < 2 or not left and missing ~= 0 then
    return nil
  end
  return head .. ("\0"):rep(missing) .. foot
end


-- The octets of an address in text, or nil.
function _M.parse(text)
  return parse_v4(text) or parse_v6(text)
end


-- As nginx takes it, IPv6 in brackets.
function _M.format(address)
  if #address == 4 then
    return ("%d.%d.%d.%d"):format(byte(address, 1, 4))
  end
  local groups = {}
  for i = 1, 16, 2 do
    groups[#groups + 1] = ("%x"):format(
      byte(address, i) * 256 + byte(address, i + 1))
  end
  return "[" .. table.concat(groups, ":") .. "]"
end


local function parse_network(cidr)
  local text, length = cidr:match("^([%x:.]+)/(%d+)$")
  local address = text and _M.parse(text)
  length = tonumber(length)
  if not address or length > #address * 8 then
    return nil
  end
  local octets = math.floor(length / 8)
  return {
    size = #address, octets = octets, start = sub(address, 1, octets),
    -- What the octet that the prefix ends in is divided by.
    unit = 2 ^ (8 - length % 8), next = byte(address, octets + 1),
  }
end


-- Networks of CIDRs with commas or spaces between them, or nil and the one
-- that is none.
function _M.networks(text)
  local networks = {}
  for cidr in text:gmatch("[^,%s]+") do
    local network = parse_network(cidr)
    if not network then
      return nil, cidr
    end
    networks[#networks + 1] = network
  end
  return networks
end


local function contains(network, address)
  if #address ~= network.size
    or sub(address, 1, network.octets) ~= network.start then
    return false
  end
  local unit = network.unit
  return unit == 256 or math.floor(byte(address, network.octets + 1) / unit)
    == math.floor(network.next / unit)
end


local function is_in(networks, address)
  for i = 1, #networks do
    if contains(networks[i], address) then
      return true
    end
  end
  return false
end


-- Not globally reachable by the special-purpose registries of IANA (RFC
-- 6890), and multicast. Cloud metadata is link-local or unique local.
local SPECIAL = _M.networks [[
  0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16
  172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16
  198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
  ::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001:db8::/32
  3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
]]


-- IPv6 that stands for an IPv4 address, and where that one begins: mapped
-- (RFC 4291), NAT64 (RFC 6052), translated (RFC 2765), 6to4 (RFC 3056).
local EMBEDDING = {
  { _M.networks("::ffff:0:0/96")[1], 13 },
  { _M.networks("64:ff9b::/96")[1], 13 },
  { _M.networks("::ffff:0:0:0/96")[1], 13 },
  { _M.networks("2002::/16")[1], 3 },
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
  if is_in(allowed, address) then
    return true
  end
  local v4 = embedded(address)
  if v4 then
    return is_in(allowed, v4) or not is_in(SPECIAL, v4)
  end
  return not is_in(SPECIAL, address)
end


return _M
