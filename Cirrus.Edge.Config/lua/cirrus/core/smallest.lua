-- The smallest of many named numbers, known at once while they come and go.
local _M = {}
local mt = { __index = _M }


function _M.new()
  return setmetatable({ values = {} }, mt)
end


-- `value` nil takes the name away. Returns the smallest, nil when none is left.
function _M:set(name, value)
  local before = self.values[name]
  self.values[name] = value
  if value and (not self.smallest or value <= self.smallest) then
    self.smallest = value
  elseif before and before == self.smallest then
    self.smallest = nil
    for _, other in pairs(self.values) do
      if not self.smallest or other < self.smallest then
        self.smallest = other
      end
    end
  end
  return self.smallest
end


return _M
