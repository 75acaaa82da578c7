-- Addresses in text. An address is a string of its 4 or 16 octets, as in DNS.
local byte, char = string.byte, string.char


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


return _M
