-- Of one kind of things, those that did not fit into shared memory. The node
-- says so and tries them again from time to time.
local link = require "cirrus.link"


local log, ERR, NOTICE = ngx.log, ngx.ERR, ngx.NOTICE


local _M = {}
local mt = { __index = _M }


local RETRY_INTERVAL = 10


-- `kind` is a word for many of them, `setting` what the operator can do.
function _M.new(kind, setting)
  return setmetatable({
    kind = kind, setting = setting, lost = {}, count = 0, next_retry = 0,
  }, mt)
end


-- Notes whether the one of this name fitted.
function _M:note(name, fitted)
  if (self.lost[name] == nil) == fitted then
    return
  end
  self.lost[name] = not fitted or nil
  self.count = self.count + (fitted and -1 or 1)
  if self.count == 0 then
    self:clear()
    log(NOTICE, "there is memory for all ", self.kind, " again")
    return
  end
  if not fitted and self.count == 1 then
    log(ERR, "no memory for all ", self.kind, ", not for that of ", name,
      "; ", self.setting, " is too small")
  end
  link.set_problem(self.kind,
    ("no memory for %d %s"):format(self.count, self.kind))
end


-- When all fitted that there are; there may be a problem of a reader before.
function _M:clear()
  if self.count == 0 then
    link.set_problem(self.kind, nil)
  end
end


-- Names to be tried again now; nil when there is none or it is not time yet.
function _M:due()
  if self.count == 0 or ngx.now() < self.next_retry then
    return nil
  end
  self.next_retry = ngx.now() + RETRY_INTERVAL
  local names = {}
  for name in pairs(self.lost) do
    names[#names + 1] = name
  end
  return names
end


return _M
