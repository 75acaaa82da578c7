-- How many requests came within the last so many seconds, told by two counters:
-- that of the current window and that of the one before, as much of it as the
-- sliding window still reaches into.
local _M = {}


local ceil, floor = math.ceil, math.floor


-- Returns the current window's number and how far it has gone (seconds).
function _M.window(now, seconds)
  local number = floor(now / seconds)
  return number, now - number * seconds
end


function _M.estimate(previous, current, elapsed, seconds)
  return previous * (seconds - elapsed) / seconds + current
end


-- Whole seconds until one more fits, as far as can be told: others may come.
function _M.wait(previous, current, elapsed, seconds, limit)
  local room = limit - 1 - current
  if room >= 0 then
    -- As soon as enough of the window before has gone by.
    return math.max(1, ceil(seconds * (1 - room / previous) - elapsed))
  end
  -- The current window is then the one before, and has to go by in part.
  local share = 1 - (limit - 1) / current
  return math.max(1, ceil(seconds - elapsed + seconds * share))
end


return _M
