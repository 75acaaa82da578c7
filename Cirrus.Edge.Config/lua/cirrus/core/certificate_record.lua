-- A certificate as it lies in shared memory: one text, so that nobody finds
-- a chain with the key of another one.
--
--   {notAfter, ms} {length of the chain}\n{chain, PEM}{key, PEM or sealed}
local _M = {}


function _M.encode(fullchain, key, not_after)
  return ("%.0f %d\n%s%s"):format(tonumber(not_after) or 0, #fullchain,
    fullchain, key)
end


-- Returns chain and key.
function _M.decode(text)
  local length, start = text:match("^%d+ (%d+)\n()")
  local after = start + tonumber(length)
  return text:sub(start, after - 1), text:sub(after)
end


-- When it ends (ms since 1970), 0 when that is not known.
function _M.not_after(text)
  return tonumber(text:match("^%d+"))
end


return _M
