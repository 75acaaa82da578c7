-- What is noted of an attempt at an origin, whichever tier made it.
local failures = require "cirrus.origin_failures"
local metrics = require "cirrus.metrics"


local byte = string.byte
local var = ngx.var


local _M = {}


-- Whether the last attempt brought an answer, good or bad; nil when there was
-- none. nginx writes "-" for a header that never came.
function _M.was_answered()
  local times = var.upstream_header_time
  return times and byte(times, -1) ~= 45
end


function _M.note(origin)
  local answered = _M.was_answered()
  if answered == nil or ngx.status == 499 then
    return
  end
  metrics.origin(answered)
  if not answered and origin then
    failures.note(origin)
  end
end


return _M
