-- A set of IPv4 and IPv6 networks. Looking an address up costs one table access
-- for each different length of prefix, however many networks there are.
local address_text = require "cirrus.core.address_text"


local _M = {}


local byte, char, floor, sub = string.byte, string.char, math.floor, string.sub


local MAPPED = ("\0"):rep(10) .. "\255\255"


-- The first `length` bits, the others zero, without the octets that have none.
local function masked(address, length)
  local octets = floor(length / 8)
  local bits = length % 8
  if bits == 0 then
    return sub(address, 1, octets)
  end
  local unit = 2 ^ (8 - bits)
  return sub(address, 1, octets) ..
    char(floor(byte(address, octets + 1) / unit) * unit)
end


-- An IPv4 address may come in IPv6 (RFC 4291, section 2.5.5.2).
local function plain(address)
  if #address == 16 and sub(address, 1, 12) == MAPPED then
    return sub(address, 13)
  end
  return address
end


local function parse(cidr)
  local text, length = tostring(cidr):match("^([%x:.]+)/?(%d*)$")
  local address = text and address_text.parse(text)
  if not address then
    return nil
  end
  length = tonumber(length) or #address * 8
  if length > #address * 8 then
    return nil
  end
  if #address == 16 and length >= 96 and #plain(address) == 4 then
    return plain(address), length - 96
  end
  return address, length
end


local function add(family, address, length)
  local group = family.groups[length]
  if not group then
    group = {}
    family.groups[length] = group
    family.lengths[#family.lengths + 1] = length
  end
  group[masked(address, length)] = true
end


-- Returns nil without a list; what is no network is told in `problems`.
function _M.compile(list, problems)
  if not list then
    return nil
  end
  local set = {
    [4] = { lengths = {}, groups = {} },
    [16] = { lengths = {}, groups = {} },
  }
  for _, cidr in ipairs(list) do
    local address, length = parse(cidr)
    if address then
      add(set[#address], address, length)
    else
      problems[#problems + 1] = tostring(cidr) .. " is no network"
    end
  end
  return set
end


-- The set of what a text has, with commas or spaces between; nil and why, if
-- any of it is no network.
function _M.parse(text)
  local list, problems = {}, {}
  for cidr in text:gmatch("[^,%s]+") do
    list[#list + 1] = cidr
  end
  local set = _M.compile(list, problems)
  if problems[1] then
    return nil, problems[1]
  end
  return set
end


-- `address` is its 4 or 16 octets.
function _M.contains(set, address)
  address = plain(address)
  local family = set[#address]
  local lengths = family and family.lengths or {}
  for i = 1, #lengths do
    if family.groups[lengths[i]][masked(address, lengths[i])] then
      return true
    end
  end
  return false
end


-- What stands for one client: an IPv6 host may have all of its /64.
function _M.client(address)
  address = plain(address)
  return #address == 16 and sub(address, 1, 8) or address
end


return _M
