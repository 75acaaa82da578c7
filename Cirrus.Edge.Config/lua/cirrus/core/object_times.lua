-- The times of an object, which the origin tier notes on it in one field:
-- "{born} {ends} {usable} {grace}".
local huge, max = math.huge, math.max
local match = string.match


local _M = {}


-- Seconds since 1970. `born`: when it was made; `ends`: until when it is fresh;
-- `usable`: until when it may be used when no origin answers, or math.huge.
-- `grace`: for how many seconds after its end it may be used while it is being
-- refreshed.
function _M.write(born, ends, usable, grace)
  return ("%d %d %s %d"):format(born, ends,
    usable < huge and ("%.0f"):format(usable) or "-", grace)
end


-- The same four; nil when nothing was noted. The last two may be missing:
-- `usable` is math.huge then, `grace` nil.
function _M.read(text)
  if not text then
    return nil
  end
  local born, ends, usable, grace =
    match(text, "^(%-?%d+) (%-?%d+) ?(%S*) ?(%S*)$")
  if not born then
    return nil
  end
  return tonumber(born), tonumber(ends), tonumber(usable) or huge,
    tonumber(grace)
end


-- Of a fresh object: its age and what is left of its life (seconds). A large
-- one that was confirmed has the times of the first answer; it is younger than
-- they say, at most as old as its lifetime.
function _M.of_fresh(born, ends, now)
  if ends < now then
    return max(0, ends - born), 0
  end
  return max(0, now - born), ends - now
end


return _M
