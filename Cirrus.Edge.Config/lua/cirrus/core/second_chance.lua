-- What may be kept of things that have sizes, when their sum is bounded: the
-- clock algorithm. A hand goes round; what was used since it last came by stays
-- for another round. Using a thing costs one assignment: `used = true`.
local _M = {}
local Clock = { __index = {} }
local methods = Clock.__index


-- `drop(thing)` is called for each that has to go.
function _M.new(limit, drop)
  return setmetatable({
    limit = limit,
    drop = drop,
    size = 0,
    things = {},
    hand = 1,
  }, Clock)
end


-- The last one takes the place of the one that goes.
local function remove(clock, index)
  local things = clock.things
  local thing = things[index]
  local last = #things
  things[index] = things[last]
  things[last] = nil
  clock.size = clock.size - thing.size
  clock.drop(thing)
end


-- `thing` has a `size`; returns whether there is room for it.
function methods:add(thing)
  if thing.size > self.limit then
    return false
  end
  local things = self.things
  while self.size + thing.size > self.limit do
    if self.hand > #things then
      self.hand = 1
    end
    local candidate = things[self.hand]
    if candidate.used then
      candidate.used = false
      self.hand = self.hand + 1
    else
      remove(self, self.hand)
    end
  end
  things[#things + 1] = thing
  self.size = self.size + thing.size
  return true
end


return _M
