-- The time as it is. What nginx keeps is that of the last round of its event
-- loop, and having that renewed takes longer than asking the system.
local ffi = require "ffi"


ffi.cdef [[
typedef struct { long seconds; long nanoseconds; } cirrus_time;
int clock_gettime(int clock, cirrus_time *time);
]]


local C = ffi.C
local REALTIME = 0


local _M = {}


local time = ffi.new("cirrus_time")


-- Seconds since 1970.
function _M.now()
  C.clock_gettime(REALTIME, time)
  return tonumber(time.seconds) + tonumber(time.nanoseconds) * 1e-9
end


return _M
