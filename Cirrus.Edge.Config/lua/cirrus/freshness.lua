-- Serves nothing stale after a pause: a node that was suspended, or whose
-- reader hangs, finds on its next request that it has not heard from the log
-- for too long, and that request waits until the reader has caught up or has
-- found Redis gone. Without Redis the node serves what it has.
local link = require "cirrus.link"
local store = require "cirrus.store"


local now, sleep = ngx.now, ngx.sleep


local _M = {}


-- In ordinary operation contact is at most two blocking reads old, a second.
local FRESH_FOR = 1.5
-- How long a link found down is taken for down without asking again.
local DOWN_FOR = 0.1
local MAX_WAIT = 1.5
local STEP = 0.005


-- Per worker: no need to ask before `trusted_until`, provided the clock has
-- not been set back behind `trusted_from`.
local trusted_from, trusted_until = 0, 0


local function is_trusted(time)
  if not store.head() then
    return false
  end
  if link.state() == "down" then
    trusted_from, trusted_until = time, time + DOWN_FOR
    return true
  end
  local contact = link.contact()
  if contact and time - contact < FRESH_FOR then
    trusted_from = time
    trusted_until = math.min(contact, time) + FRESH_FOR
    return true
  end
  return false
end


-- Returns true when requests may be served, after waiting if need be; nil
-- and the reason when not.
function _M.wait()
  local time = now()
  if time < trusted_until and time >= trusted_from then
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
    time = now()
  end
  return true
end


return _M
