-- A table of bounded size for what strangers choose the names of: what was
-- asked for lately stays, however many names come once. There are two tables;
-- when the newer one is full it becomes the older one, and what is found there
-- moves on.
local _M = {}
local Recent = { __index = {} }
local methods = Recent.__index


-- Keeps at least the last `limit` names that were asked for, at most twice as
-- many; a thing that weighs more counts for as many.
function _M.new(limit)
  return setmetatable({ limit = limit, count = 0, newer = {}, older = {} },
    Recent)
end


function methods:set(name, value, weight)
  if self.newer[name] == nil then
    if self.count >= self.limit then
      self.older, self.newer, self.count = self.newer, {}, 0
    end
    self.count = self.count + (weight or 1)
  end
  self.newer[name] = value
end


function methods:get(name, weight)
  local value = self.newer[name]
  if value ~= nil then
    return value
  end
  value = self.older[name]
  if value ~= nil then
    self:set(name, value, weight)
  end
  return value
end


return _M
