-- Serves nothing stale after a pause. A worker that finds that it did not run
-- for a while, or that the reader hangs, lets its requests wait until the
-- reader has caught up or has found Redis gone. Without Redis the node serves
-- what it has.
local clock = require "cirrus.clock"
local link = require "cirrus.link"
local store = require "cirrus.store"
local until_when = require "cirrus.core.trust".until_when


local sleep, update_time = ngx.sleep, ngx.update_time


local _M = {}


local TICK = 0.05
-- A worker not seen running for so long was suspended, or as good as that.
local PAUSE = 0.15
local MAX_WAIT = 1.5
local STEP = 0.005


-- Per worker: when it was last seen running, and when it noticed its last
-- pause. Only what was learnt after that counts.
local seen, woken = 0, 0
-- Per worker: no need to ask before `trusted_until`.
local trusted_until = 0


-- The time, and the notice of a pause. After one, requests run before timers
-- or after them, so either may be first to see it. The time that nginx keeps
-- may be that of before the pause; all that runs later reads that, so it is set
-- right. A clock that was set is a pause, too.
local function look_at_clock()
  local time = clock.now()
  if time - seen > PAUSE or time < seen then
    update_time()
    woken = time
    trusted_until = 0
  end
  seen = time
  return time
end


local function is_trusted(time)
  local limit = store.head() and
    until_when(time, woken, link.asked_in_vain(), link.contact())
  trusted_until = limit or trusted_until
  return limit ~= nil
end


-- Returns true when requests may be served, after waiting if need be; nil
-- and the reason when not.
function _M.wait()
  local time = look_at_clock()
  if time < trusted_until then
    return true
  end

  local deadline = time + MAX_WAIT
  while not is_trusted(time) do
    if time >= deadline then
      if not store.head() then
        return nil, "no configuration yet"
      end
      return nil, "catching up with the change log"
    end
    sleep(STEP)
    time = look_at_clock()
  end
  return true
end


-- In each worker: without requests the worker is to be seen running, too.
function _M.watch()
  seen = clock.now()
  assert(ngx.timer.every(TICK, look_at_clock))
end


return _M
