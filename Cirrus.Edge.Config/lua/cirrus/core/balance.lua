-- Smooth weighted round robin: over any run of requests each origin gets its
-- share, and never in one burst.
local _M = {}


local function choose(origins, excluded, wants_backup)
  local best, total = nil, 0
  for i = 1, #origins do
    local origin = origins[i]
    local is_backup = origin.weight == 0
    if not excluded[i] and is_backup == wants_backup then
      local weight = is_backup and 1 or origin.weight
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


-- Returns the index of the origin to ask, or nil when all are excluded.
-- Origins of weight 0 are asked when no other is left; origins that
-- `is_down(origin)` says are failing, when nothing better is left.
function _M.pick(origins, tried, is_down)
  local excluded = {}
  for i = 1, #origins do
    excluded[i] = tried[i] or is_down(origins[i]) or nil
  end
  return choose(origins, excluded, false) or choose(origins, excluded, true)
    or choose(origins, tried, false) or choose(origins, tried, true)
end


return _M
