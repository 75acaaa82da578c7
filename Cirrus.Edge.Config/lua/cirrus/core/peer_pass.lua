-- What a node shows to another to be taken for one of ours, good for one
-- request and a short time:
--
--   {seconds since 1970} {its id} {change} {code}
--
-- `change` is the newest that it has applied. `code` says that
-- all of it, and the request, come from somebody who has the secret.
local _M = {}


-- How far the clocks of two nodes may be apart (seconds).
local MAX_SKEW = 30


local function hex(octets)
  return (octets:gsub(".", function(octet)
    return ("%02x"):format(octet:byte())
  end))
end


local function code(pass, request, sign)
  return hex(sign(table.concat({
    pass.time, pass.from, pass.change, request.to, request.scheme,
    request.host, request.uri,
  }, "\n")))
end


-- `pass` has `time`, `from` and `change`, `request` the id of the node it goes
-- `to`, `scheme`, `host` and `uri`; `sign(text)` returns the code's octets.
function _M.write(pass, request, sign)
  return table.concat({
    pass.time, pass.from, pass.change, code(pass, request, sign),
  }, " ")
end


-- Two texts take the same time to compare wherever they differ.
local function is_same(a, b)
  if #a ~= #b then
    return false
  end
  local different = 0
  for i = 1, #a do
    different = different + math.abs(a:byte(i) - b:byte(i))
  end
  return different == 0
end


-- Returns the pass, or nil and what is wrong with it.
function _M.read(text, request, now, sign)
  local time, from, change, given =
    text:match("^(%d+) ([%w._-]+) (%d+%-%d+) (%x+)$")
  if not time then
    return nil, "malformed"
  end
  local pass = { time = tonumber(time), from = from, change = change }
  if not is_same(given, code(pass, request, sign)) then
    return nil, "made with another secret, or for another request"
  elseif math.abs(now - pass.time) > MAX_SKEW then
    return nil, "too old, or from a node whose clock is ahead"
  end
  return pass
end


return _M
