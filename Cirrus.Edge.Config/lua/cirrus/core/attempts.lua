-- The attempts of one request at a domain's origins: which were tried, and the
-- location that the next one is sent from. bin/edge writes these locations.
local _M = {}


local FINAL, FINAL_UNVERIFIED = "@final", "@final_unverified"
local ATTEMPT, ATTEMPT_UNVERIFIED = {}, {}
for mask = 0, 7 do
  ATTEMPT[mask] = "@attempt_" .. mask
  ATTEMPT_UNVERIFIED[mask] = "@attempt_unverified_" .. mask
end


-- Origins are noted by their indexes, in a text that outlives the context of a
-- request that goes on at another location.
function _M.note(text, index)
  return text .. index .. " "
end


-- The noted indexes, as keys of a table, and how many they are.
function _M.read(text)
  local tried, count = {}, 0
  for index in text:gmatch("%d+") do
    tried[tonumber(index)] = true
    count = count + 1
  end
  return tried, count
end


-- The index that was noted last, nil when there is none.
function _M.last(text)
  return tonumber(text:match("(%d+) $"))
end


-- Where an attempt is sent from whose answer the client gets whatever it is.
function _M.final(origin)
  return (origin.is_verified or not origin.is_secure) and FINAL or
    FINAL_UNVERIFIED
end


-- Where an attempt is sent from after so many others. `may_repeat` says whether
-- the request may be sent to another origin after this one; on the last attempt
-- it may not.
function _M.location(domain, origin, tried, may_repeat)
  local policy = domain.origin_policy
  if not may_repeat or
      tried + 1 >= math.min(#domain.origins, policy.attempts) then
    return _M.final(origin)
  end
  return ((origin.is_verified or not origin.is_secure) and ATTEMPT or
    ATTEMPT_UNVERIFIED)[policy.mask]
end


return _M
