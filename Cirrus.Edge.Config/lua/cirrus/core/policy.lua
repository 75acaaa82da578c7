-- How long may a response be stored? (RFC 9111, sections 3 and 4.2.1, for a
-- shared cache; RFC 9213 for CDN-Cache-Control.)
local _M = {}


local MAX_TTL = 31536000
-- A mistake in deployment must not stay for the whole ttl of a rule.
local ABSENT_TTL = 10
-- While one request refreshes an object, others may have the old one for this
-- long after it expired. It also bounds how long a refresh that died with its
-- process can hold the old object in place.
local GRACE = 30


local BY_RULE = {
  [200] = MAX_TTL, [203] = MAX_TTL, [204] = MAX_TTL, [300] = MAX_TTL,
  [301] = MAX_TTL, [304] = MAX_TTL, [308] = MAX_TTL,
  [404] = ABSENT_TTL, [410] = ABSENT_TTL,
}
local BY_ORIGIN = {
  [200] = true, [203] = true, [204] = true, [300] = true, [301] = true,
  [302] = true, [304] = true, [307] = true, [308] = true, [404] = true,
  [405] = true, [410] = true, [414] = true, [451] = true, [501] = true,
}


local function without_commas(quoted)
  return (quoted:gsub(",", " "))
end


-- Directives by lower-case name; those without value are "". Of a repeated
-- one the smaller number counts.
function _M.parse_cache_control(value)
  local directives = {}
  value = value:gsub('"([^"]*)"', without_commas)
  for part in value:gmatch("[^,]+") do
    local name, argument = part:match("^%s*([^=%s]+)%s*=?%s*(.-)%s*$")
    if name then
      name = name:lower()
      local known = tonumber(directives[name])
      local given = tonumber(argument)
      if not (known and given and known <= given) then
        directives[name] = argument
      end
    end
  end
  return directives
end


-- An age that can't be read counts as none: stale at once.
local function seconds(argument)
  local value = argument and argument:match("^%d+$")
  return value and tonumber(value) or 0
end


local function by_origin(response)
  if not BY_ORIGIN[response.status] then
    return 0, 0
  end
  local text = response.cdn_cache_control or response.cache_control or ""
  local cc = _M.parse_cache_control(text)
  if cc["no-store"] or cc["private"] or cc["no-cache"] then
    return 0, 0
  end

  local lifetime
  local strict = cc["must-revalidate"] or cc["proxy-revalidate"]
  if cc["s-maxage"] then
    lifetime = seconds(cc["s-maxage"])
    strict = true
  elseif cc["max-age"] then
    lifetime = seconds(cc["max-age"])
  elseif response.expires then
    lifetime = response.expires - (response.date or response.now)
  else
    return 0, 0
  end
  return lifetime - seconds(response.age), strict and 0 or GRACE
end


-- `response`: `status`, `now`, header values `cache_control`,
-- `cdn_cache_control`, `age`, `vary`, times `expires` and `date` (seconds),
-- `has_cookie`. `rule_ttl` is the ttl of the matching rule, if there is one.
-- Returns the seconds to store it (0: not at all), and for how long after
-- that it may be used while it is being refreshed.
function _M.ttl(response, rule_ttl)
  if response.has_cookie then
    return 0, 0
  end
  if response.vary and response.vary:find("*", 1, true) then
    return 0, 0
  end

  local ttl, grace
  if rule_ttl and BY_RULE[response.status] then
    ttl, grace = math.min(rule_ttl, BY_RULE[response.status]), GRACE
  elseif rule_ttl then
    return 0, 0
  else
    ttl, grace = by_origin(response)
  end
  if ttl <= 0 then
    return 0, 0
  end
  return math.min(math.floor(ttl), MAX_TTL), grace
end


return _M
