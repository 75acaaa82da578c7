-- How long may a response be stored, and used after that? (RFC 9111, sections
-- 3 and 4.2, for a shared cache; RFC 9213 for fields of CDNs; RFC 5861.)
local cache_control = require "cirrus.core.cache_control"


local floor, huge, min, max = math.floor, math.huge, math.min, math.max
local seconds = cache_control.seconds


local _M = {}


local MAX_TTL = 31536000
-- A mistake in deployment must not stay for the whole ttl of a rule, and a
-- failure not for as long as a careless origin says.
local ABSENT_TTL, ERROR_TTL = 10, 10
-- Without a word of the origin: a tenth of what it has been unchanged for, at
-- most an hour (RFC 9111, section 4.2.2).
local HEURISTIC_SHARE, MAX_HEURISTIC = 0.1, 3600
-- While one request refreshes an object, others may have the old one for this
-- long after it expired. It also bounds how long a refresh that died with its
-- process can hold the old object in place.
local GRACE = 30
-- Longer than nginx's cache compares.
local MAX_VARY = 128


local BY_RULE = {
  [200] = MAX_TTL, [203] = MAX_TTL, [204] = MAX_TTL, [206] = MAX_TTL,
  [300] = MAX_TTL, [301] = MAX_TTL, [308] = MAX_TTL,
  [404] = ABSENT_TTL, [410] = ABSENT_TTL,
}
-- RFC 9110, section 15.1.
local HEURISTIC = {
  [200] = true, [203] = true, [204] = true, [206] = true, [300] = true,
  [301] = true, [308] = true, [404] = true, [405] = true, [410] = true,
  [414] = true, [501] = true,
}
local UNDERSTOOD = {
  [302] = true, [303] = true, [307] = true, [400] = true, [401] = true,
  [402] = true, [403] = true, [406] = true, [409] = true, [412] = true,
  [413] = true, [415] = true, [421] = true, [422] = true, [429] = true,
  [451] = true, [500] = true, [502] = true, [503] = true, [504] = true,
}


-- The directives that are for us: of a field for CDNs that is well-formed,
-- else Cache-Control. `is_targeted` says that Expires doesn't count.
local function directives_of(response)
  local targeted = response.cdn_cache_control or response.surrogate_control
  local cc = targeted and cache_control.parse_targeted(targeted)
  if cc then
    return cc, true
  end
  return cache_control.parse(response.cache_control or ""), false
end


-- RFC 9111, section 5.1: the first value counts when there are several.
function _M.age(text)
  local first = text and text:match("^%s*(%d+)%s*$")
    or text and text:match("^%s*(%d+)%s*,")
  return first and tonumber(first) or 0
end


local function may_be_stored(response, cc)
  if cc["no-store"] and not (cc["must-understand"] and
      (HEURISTIC[response.status] or UNDERSTOOD[response.status])) then
    return false
  end
  if cc["private"] or cc["no-cache"] then
    return false
  end
  -- RFC 9111, section 3.5.
  return not response.is_authorized or cc["public"] or cc["s-maxage"] or
    cc["must-revalidate"]
end


local function heuristic(response, cc)
  if not HEURISTIC[response.status] and not cc["public"] then
    return 0
  end
  local modified = response.last_modified
  local unchanged = modified and (response.date or response.now) - modified
  return unchanged and
    min(max(unchanged * HEURISTIC_SHARE, 0), MAX_HEURISTIC) or 0
end


-- Returns the lifetime (RFC 9111, section 4.2.1); nil when nothing was said.
local function explicit(response, cc, is_targeted)
  if cc["s-maxage"] then
    return seconds(cc["s-maxage"])
  elseif cc["max-age"] then
    return seconds(cc["max-age"])
  elseif response.expires and not is_targeted then
    return response.expires - (response.date or response.now)
  end
  return nil
end


-- What a response may be used for when it is stale. `strict` directives
-- forbid all of it but what the origin allows beside s-maxage by name.
local function staleness(cc)
  local forbidden = cc["must-revalidate"] or cc["proxy-revalidate"]
  local revalidate = cc["stale-while-revalidate"]
  local on_error = cc["stale-if-error"]
  if forbidden then
    return { swr = 0, sie = 0, grace = 0 }
  end
  local shared = cc["s-maxage"] ~= nil
  return {
    swr = revalidate and seconds(revalidate) or 0,
    sie = on_error and seconds(on_error) or shared and 0 or huge,
    grace = shared and 0 or GRACE,
  }
end


local function clamp(ttl, policy)
  return min(max(ttl, policy.min or 0), policy.max or MAX_TTL)
end


-- Where the origin decides.
local function by_origin(response, policy)
  local cc, is_targeted = directives_of(response)
  if not may_be_stored(response, cc) then
    return 0
  end
  local status = response.status
  local lifetime = explicit(response, cc, is_targeted)
  if lifetime then
    lifetime = lifetime - _M.age(response.age)
  elseif policy.ttl then
    lifetime = min(policy.ttl, BY_RULE[status] or 0)
  else
    lifetime = heuristic(response, cc) - _M.age(response.age)
  end
  if status >= 500 and not HEURISTIC[status] then
    lifetime = min(lifetime, ERROR_TTL)
  end
  return clamp(lifetime, policy), staleness(cc)
end


-- Where the operator does.
local function by_policy(response, policy)
  if response.is_authorized then
    return 0
  end
  return min(policy.ttl, BY_RULE[response.status] or 0),
    { swr = 0, sie = huge, grace = GRACE }
end


-- Returns the operator's ttl for a status, or nil.
local function by_status(status, policy)
  local by = policy.status
  return by and (by[status] or by[floor(status / 100) .. "xx"])
end


local function is_storable(response)
  local status = response.status
  -- Nothing was asked for with a condition that a 304 could be an answer to.
  if status < 200 or status == 206 and not response.is_slice or
      status == 304 or response.has_cookie then
    return false
  end
  local vary = response.vary
  return not vary or
    not vary:find("*", 1, true) and #vary <= MAX_VARY
end


-- `response`: `status`, `now`, header values `cache_control`,
-- `cdn_cache_control`, `surrogate_control`, `age`, `vary`, times `expires`,
-- `date` and `last_modified` (seconds), `has_cookie`, whether the request was
-- `is_authorized` and whether it `is_slice`. `policy` as core/cache_policy.lua
-- makes it.
--
-- Returns the seconds to store it (0: not at all), and what may be done after
-- that: `swr`, seconds to use it while it is refreshed in the background;
-- `grace`, the same while somebody waits for the refresh; `sie`, seconds to use
-- it when no origin answers.
function _M.decide(response, policy)
  if not is_storable(response) then
    return 0
  end
  local ttl, stale
  if policy.override and policy.ttl then
    ttl, stale = by_policy(response, policy)
  else
    ttl, stale = by_origin(response, policy)
  end
  local wanted = by_status(response.status, policy)
  if wanted and not response.is_authorized then
    ttl, stale = wanted, stale or { swr = 0, sie = huge, grace = GRACE }
  end
  ttl = min(floor(ttl), MAX_TTL)
  if ttl <= 0 or not stale then
    return 0
  end
  if stale.grace > 0 or policy.override then
    stale.swr = policy.swr or stale.swr
    stale.sie = policy.sie or stale.sie
  end
  return ttl, stale
end


return _M
