-- The origins of a domain document and how they are to be asked, ready for
-- requests.
local health = require "cirrus.core.health"
local number = require "cirrus.core.member".number


local _M = {}


-- nginx follows ten redirects inside itself; an attempt is one or two.
local MAX_ATTEMPTS = 8
local DEFAULT_STATUSES = { 502, 503, 504 }
-- An operator may name 429 and any 5xx. There is a location for each mixture
-- of these groups (bin/edge); 502 and 504, which nginx says itself when an
-- origin can't be asked, are in each.
local GROUPS = { [429] = 1, [503] = 2 }
local OTHER_GROUP = 4
-- nginx counts milliseconds.
local LEAST_TIME = 0.001


local function group_of(status)
  if status == 502 or status == 504 then
    return 0
  end
  return GROUPS[status] or status >= 500 and status < 600 and OTHER_GROUP or 0
end


-- The number of the location that sends a request on after these statuses.
function _M.retry_mask(statuses)
  local seen, mask = {}, 0
  for _, status in ipairs(statuses) do
    local group = group_of(status)
    if group > 0 and not seen[group] then
      seen[group] = true
      mask = mask + group
    end
  end
  return mask
end


-- How origins are asked. Without times of its own a domain needs no call for
-- each request: nginx has the defaults.
function _M.policy(given)
  given = given or {}
  local has_times = given.connectTimeout or given.sendTimeout or
    given.readTimeout
  return {
    attempts = math.min(number(given.attempts, 3, 1, "attempts"),
      MAX_ATTEMPTS),
    mask = _M.retry_mask(given.retryStatuses or DEFAULT_STATUSES),
    keepalive = given.keepalive ~= false,
    shield = given.shield == true,
    health = health.compile(given.health),
    timeouts = has_times and {
      connect = number(given.connectTimeout, 3, LEAST_TIME, "connectTimeout"),
      send = number(given.sendTimeout, 60, LEAST_TIME, "sendTimeout"),
      read = number(given.readTimeout, 60, LEAST_TIME, "readTimeout"),
    } or nil,
  }
end


local function health_key(name, origin)
  return "s:" .. name .. " " .. origin.scheme .. "://" .. origin.authority
end


-- `name` is the domain's, `policy` as above.
function _M.compile(given, name, policy)
  local origins = {}
  for i, origin in ipairs(given or {}) do
    local host = origin.host
    if host == "localhost" then
      host = "127.0.0.1"
    end
    local is_v6 = host:find(":", 1, true) ~= nil
    local is_address = is_v6 or host:find("^%d+%.%d+%.%d+%.%d+$") ~= nil
    local scheme = origin.scheme or "http"
    origins[i] = {
      index = i,
      scheme = scheme,
      is_secure = scheme == "https",
      host = host,
      is_address = is_address,
      port = number(origin.port, nil, 1, "port"),
      authority = (is_v6 and "[" .. host .. "]" or host) .. ":" .. origin.port,
      weight = origin.weight or 1,
      is_backup = origin.backup == true or origin.weight == 0,
      host_header = origin.hostHeader,
      -- Without one an origin that is an address is verified by the host of
      -- the request.
      tls_name = origin.serverName or not is_address and host or nil,
      is_verified = origin.verify ~= false,
      score = 0,
    }
    if policy and policy.health then
      origins[i].health_key = health_key(name, origins[i])
    end
  end
  return origins
end


return _M
