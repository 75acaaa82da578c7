-- Redis stream ids, "milliseconds-sequence". They compare as numbers, never
-- as text: "9-0" is older than "10-0".
local _M = {}


local tonumber = tonumber


-- Returns milliseconds and sequence, or nil when the text is no stream id.
function _M.parse(id)
  if type(id) ~= "string" then
    return nil
  end
  local ms, seq = id:match("^(%d+)%-(%d+)$")
  if not ms then
    ms, seq = id:match("^(%d+)$"), 0
  end
  return tonumber(ms), tonumber(seq)
end


-- Anything that is no stream id counts as older than all.
function _M.is_newer(a, b)
  local a_ms, a_seq = _M.parse(a)
  if not a_ms then
    return false
  end
  local b_ms, b_seq = _M.parse(b)
  if not b_ms then
    return true
  end
  return a_ms > b_ms or (a_ms == b_ms and a_seq > b_seq)
end


function _M.newest(a, b)
  if not a or _M.is_newer(b, a) then
    return b
  end
  return a
end


return _M
