-- Weighted rendezvous hashing, as Cirrus.Core/Steering/Rendezvous.cs has it:
-- every node has a score for every name, and the highest wins. Numbers of 64
-- bits are four of 16 bits here, the lowest first.
local _M = {}


local floor, log = math.floor, math.log


local XOR = {}
for a = 0, 15 do
  XOR[a] = {}
  for b = 0, 15 do
    local value, bit, x, y = 0, 1, a, b
    for _ = 1, 4 do
      if x % 2 ~= y % 2 then
        value = value + bit
      end
      x, y, bit = floor(x / 2), floor(y / 2), bit * 2
    end
    XOR[a][b] = value
  end
end


local function xor(a, b)
  local result = {}
  for i = 1, 4 do
    local x, y, value, unit = a[i], b[i], 0, 1
    for _ = 1, 4 do
      value = value + XOR[x % 16][y % 16] * unit
      x, y, unit = floor(x / 16), floor(y / 16), unit * 16
    end
    result[i] = value
  end
  return result
end


local function add(a, b)
  local result, carry = {}, 0
  for i = 1, 4 do
    local sum = a[i] + b[i] + carry
    result[i], carry = sum % 65536, floor(sum / 65536)
  end
  return result
end


local function multiply(a, b)
  local result, carry = {}, 0
  for i = 1, 4 do
    local sum = carry
    for j = 1, i do
      sum = sum + a[j] * b[i - j + 1]
    end
    result[i], carry = sum % 65536, floor(sum / 65536)
  end
  return result
end


local function shift_right(a, bits)
  local words, unit = floor(bits / 16), 2 ^ (bits % 16)
  local result = {}
  for i = 1, 4 do
    local low, high = a[i + words] or 0, a[i + words + 1] or 0
    result[i] = floor(low / unit) + high % unit * (65536 / unit)
  end
  return result
end


local GOLDEN = { 0x7C15, 0x7F4A, 0x79B9, 0x9E37 }
local FIRST = { 0xE5B9, 0x1CE4, 0x476D, 0xBF58 }
local SECOND = { 0x11EB, 0x1331, 0x49BB, 0x94D0 }


-- The finaliser of SplitMix64.
local function mix(x)
  x = add(x, GOLDEN)
  x = multiply(xor(x, shift_right(x, 30)), FIRST)
  x = multiply(xor(x, shift_right(x, 27)), SECOND)
  return xor(x, shift_right(x, 31))
end


-- The first 8 octets of a text's SHA-256 as a number.
function _M.number(octets)
  local result = {}
  for i = 1, 4 do
    local high, low = octets:byte(9 - 2 * i, 10 - 2 * i)
    result[i] = high * 256 + low
  end
  return result
end


-- What the score needs of a node, the same for all names.
function _M.mixed(octets)
  return mix(_M.number(octets))
end


-- Above 0; `name` by `number`, `node` by `mixed`.
function _M.score(name, node, weight)
  local draw = shift_right(mix(xor(name, node)), 11)
  local integer = ((draw[4] * 65536 + draw[3]) * 65536 + draw[2]) * 65536 +
    draw[1]
  return -weight / log((integer + 0.5) / 2 ^ 53)
end


-- The best of the nodes {id, weight, mixed} for a name, nil of none.
function _M.best(name, nodes)
  local best, best_score
  for _, node in ipairs(nodes) do
    local score = _M.score(name, node.mixed, node.weight)
    if not best or score > best_score or
        score == best_score and node.id < best.id then
      best, best_score = node, score
    end
  end
  return best
end


return _M
