-- Smooth weighted round robin: over any run of requests each origin gets its
-- share, and never in one burst.
local _M = {}


local max = math.max


local function choose(origins, tried, is_down, wants_backup)
  local best, total = nil, 0
  for i = 1, #origins do
    local origin = origins[i]
    if not tried[i] and origin.is_backup == wants_backup and
        not (is_down and is_down(origin)) then
      local weight = max(origin.weight, 1)
      origin.score = origin.score + weight
      total = total + weight
      if not best or origin.score > origins[best].score then
        best = i
      end
    end
  end
  if best then
    origins[best].score = origins[best].score - total
  end
  return best
end


-- Returns the index of the origin to ask, or nil when all were tried. Backups
-- are asked when no other is left; origins that `is_down(origin)` says are
-- failing, when nothing better is left.
function _M.pick(origins, tried, is_down)
  return choose(origins, tried, is_down, false)
    or choose(origins, tried, is_down, true)
    or choose(origins, tried, nil, false)
    or choose(origins, tried, nil, true)
end


return _M
