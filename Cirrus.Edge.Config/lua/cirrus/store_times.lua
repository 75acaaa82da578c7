-- When something was last stored under a URI, known to all workers at the price
-- of a memory read: what a worker has in its own memory it need not compare
-- with nginx's cache as long as nothing was stored there. URIs share slots
-- (invalidation.lua); for one that shares another's, it was later than true.
local clock = require "cirrus.clock"
local invalidation = require "cirrus.invalidation"
local shared_counters = require "cirrus.shared_counters"


local times = shared_counters.array("store times", invalidation.SLOTS)
local now = clock.now


local _M = {}


-- When the storing begins, and when it is done.
function _M.note(plan)
  times[plan.slot] = now()
end


-- Seconds since 1970, never the same twice; 0 when nothing was stored since the
-- start.
function _M.of(plan)
  return times[plan.slot]
end


return _M
