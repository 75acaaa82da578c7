-- Until when may a worker go by what the node knows? That depends on when it
-- was woken and on what was learnt since, not on how long Redis has been gone.
local _M = {}


-- Seconds. A read that hangs and the connection tried after it take 1.1 s at
-- most until the link is known to be down; requests need not wait for that.
local FRESH_FOR = 1.2
-- How long a link found down is taken for down without asking again.
local DOWN_FOR = 0.1


-- `woken`: when the worker noticed its last pause; `down`: when the attempt
-- began that found the link down, nil when it is not; `contact`: when the node
-- last knew all there was to know, or nil. What lies after `now` says that the
-- clock was set. Returns nil when there is nothing to go by yet.
function _M.until_when(now, woken, down, contact)
  if down and down >= woken and down <= now then
    return now + DOWN_FOR
  end
  if contact and contact >= woken and contact <= now and
      now - contact < FRESH_FOR then
    return contact + FRESH_FOR
  end
  return nil
end


return _M
