-- A fixed number of slots, each given to one key at a time. A slot is free for
-- another key only after it was unused for a number of ticks, for what was
-- opened under the key before may be kept in it for that long.
local _M = {}
local mt = { __index = _M }


function _M.new(count, idle_ticks)
  local free = {}
  for index = count, 1, -1 do
    free[#free + 1] = index
  end
  return setmetatable({
    idle_ticks = idle_ticks, free = free, by_key = {}, used = {},
  }, mt)
end


-- The slot of a key, in use until it is given back; nil when none is free.
function _M:take(key)
  local slot = self.by_key[key]
  if not slot then
    local index = table.remove(self.free)
    if not index then
      return nil
    end
    slot = { index = index, key = key, users = 0 }
    self.by_key[key] = slot
    self.used[index] = slot
  end
  slot.users = slot.users + 1
  slot.idle = 0
  return slot.index
end


function _M:give_back(index)
  local slot = self.used[index]
  slot.users = slot.users - 1
  slot.idle = 0
end


-- To be called at even intervals.
function _M:tick()
  for index, slot in pairs(self.used) do
    if slot.users == 0 then
      slot.idle = slot.idle + 1
      if slot.idle >= self.idle_ticks then
        self.used[index] = nil
        self.by_key[slot.key] = nil
        table.insert(self.free, index)
      end
    end
  end
end


return _M
