-- What a client's Cache-Control asks of the cache (RFC 9111, section 5.2.1).
local cache_control = require "cirrus.core.cache_control"


local _M = {}


local seconds = cache_control.seconds


-- Returns directives, or nil when there are none that matter. Pragma counts
-- without Cache-Control only.
function _M.parse(text, pragma)
  if not text then
    return pragma and pragma:lower():find("no-cache", 1, true) and
      { ["no-cache"] = "" } or nil
  end
  local cc = cache_control.parse(text)
  if cc["no-store"] or cc["no-cache"] or cc["max-age"] or cc["min-fresh"] or
      cc["only-if-cached"] then
    return cc
  end
  return nil
end


-- Whether the cache needs to be looked at first.
function _M.needs_object(cc)
  return not cc["no-store"] and (cc["only-if-cached"] ~= nil or
    not cc["no-cache"] and (cc["max-age"] ~= nil or cc["min-fresh"] ~= nil))
end


-- What keeps the request from being answered from the cache, which has an
-- object made
-- at `born` that is fresh until `ends`, or none: nil, or "no-store",
-- "no-cache", "max-age", "min-fresh", or "unavailable" for a request that wants
-- no other answer.
function _M.obstacle(cc, now, born, ends)
  if cc["no-store"] then
    return "no-store"
  end
  local obstacle = cc["no-cache"] and "no-cache" or nil
  if born and not obstacle then
    if cc["max-age"] and now - born > seconds(cc["max-age"]) or
        cc["max-age"] == "0" then
      obstacle = "max-age"
    elseif cc["min-fresh"] and ends - now < seconds(cc["min-fresh"]) then
      obstacle = "min-fresh"
    end
  end
  if cc["only-if-cached"] and
      (obstacle or not born or ends <= now) then
    return "unavailable"
  end
  return obstacle
end


return _M
