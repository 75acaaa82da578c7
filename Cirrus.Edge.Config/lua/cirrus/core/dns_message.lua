-- Questions to name servers and their answers (RFC 1035, RFC 3596).
local byte, char, sub = string.byte, string.char, string.sub


local _M = { A = 1, AAAA = 28 }


local CNAME, IN = 5, 1
local LENGTHS = { [_M.A] = 4, [_M.AAAA] = 16 }
-- More aliases than any sane name has, and the same bound for pointers.
local MAX_CHAIN = 16
local MAX_NAME = 255


local function number(data, at, octets)
  local value = 0
  for i = at, at + octets - 1 do
    local octet = byte(data, i)
    if not octet then
      return nil
    end
    value = value * 256 + octet
  end
  return value
end


local function pair(value)
  return char(math.floor(value / 256), value % 256)
end


-- The query with recursion desired, or nil when `name` can't be a host's.
function _M.query(id, name, kind)
  local parts, length = {}, 1
  for label in (name:gsub("%.$", "") .. "."):gmatch("([^.]*)%.") do
    if #label == 0 or #label > 63 then
      return nil
    end
    length = length + 1 + #label
    parts[#parts + 1] = char(#label) .. label
  end
  if length > MAX_NAME then
    return nil
  end
  return pair(id) .. "\1\0" .. "\0\1\0\0\0\0\0\0" .. table.concat(parts) ..
    "\0" .. pair(kind) .. pair(IN)
end


-- The name at `at` in small letters, and where what follows it begins; nil
-- when it is malformed. Pointers may lead back only, so they end.
local function read_name(data, at)
  local labels, following, limit, length = {}, nil, at, 1
  while true do
    local size = byte(data, at)
    if not size then
      return nil
    elseif size == 0 then
      return table.concat(labels, "."), following or at + 1
    elseif size >= 192 then
      local low = byte(data, at + 1)
      local target = low and (size - 192) * 256 + low + 1
      if not target or target >= limit then
        return nil
      end
      following = following or at + 2
      at, limit = target, target
    elseif size > 63 or at + size > #data then
      return nil
    else
      length = length + 1 + size
      if length > MAX_NAME then
        return nil
      end
      labels[#labels + 1] = sub(data, at + 1, at + size):lower()
      at = at + 1 + size
    end
  end
end


local function read_records(data, at, count, kind)
  local addresses, aliases = {}, {}
  for _ = 1, count do
    local owner, start = read_name(data, at)
    local size = owner and number(data, start + 8, 2)
    local from = size and start + 10
    if not from or from + size - 1 > #data then
      return nil
    end
    local record = {
      owner = owner, ttl = number(data, start + 4, 4),
      data = sub(data, from, from + size - 1),
    }
    -- RFC 2181, section 8: the highest bit means zero.
    record.ttl = record.ttl < 2147483648 and record.ttl or 0
    local type = number(data, start, 2)
    if number(data, start + 2, 2) == IN then
      if type == kind and size == LENGTHS[kind] then
        addresses[#addresses + 1] = record
      elseif type == CNAME then
        local target, rest = read_name(data, from)
        if not target or rest ~= from + size then
          return nil
        end
        record.target = target
        aliases[owner] = record
      end
    end
    at = from + size
  end
  return addresses, aliases
end


-- Follows aliases from `name`; addresses of other names don't count.
local function resolve(name, addresses, aliases)
  local result = { addresses = {} }
  local function shorten(ttl)
    result.ttl = math.min(result.ttl or ttl, ttl)
  end
  for _ = 1, MAX_CHAIN do
    for _, record in ipairs(addresses) do
      if record.owner == name then
        result.addresses[#result.addresses + 1] = record.data
        shorten(record.ttl)
      end
    end
    local alias = aliases[name]
    if #result.addresses > 0 or not alias then
      break
    end
    shorten(alias.ttl)
    name = alias.target
  end
  return result
end


-- What a message says to our query: { addresses = octet strings, ttl =
-- seconds or nil, rcode =, is_truncated = }; nil when it is no answer to it.
function _M.answer(data, query)
  local flags = number(data, 3, 2)
  if not flags or flags < 32768 or math.floor(flags / 2048) % 16 ~= 0
    or sub(data, 1, 2) ~= sub(query, 1, 2) or number(data, 5, 2) ~= 1 then
    return nil
  end
  local asked, after = read_name(query, 13)
  local name, at = read_name(data, 13)
  if name ~= asked or sub(data, at, at + 3) ~= sub(query, after) then
    return nil
  end
  local rcode = flags % 16
  if math.floor(flags / 512) % 2 == 1 then
    return { addresses = {}, rcode = rcode, is_truncated = true }
  end
  local count = number(data, 7, 2)
  local addresses, aliases =
    read_records(data, at + 4, count, number(query, after, 2))
  if not addresses then
    return nil
  end
  local result = resolve(name, addresses, aliases)
  result.rcode = rcode
  return result
end


return _M
