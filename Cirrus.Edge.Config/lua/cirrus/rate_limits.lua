-- How often a client may ask: counters in shared memory, for all workers. When
-- that is full, those go that were not used for longest.
local networks = require "cirrus.core.networks"
local path_pattern = require "cirrus.core.path_pattern"
local uris = require "cirrus.core.uri"
local expressions = require "cirrus.expressions"
local sliding_window = require "cirrus.core.sliding_window"


local counters = ngx.shared.cirrus_limits
local ceil, floor, max = math.ceil, math.floor, math.max
local header, md5_bin, now, var = ngx.header, ngx.md5_bin, ngx.now, ngx.var


local _M = {}


-- Whose requests are counted together.
local function subject(limit)
  if limit.by_domain then
    return ""
  end
  local value = limit.header and ngx.req.get_headers(0)[limit.header]
  if type(value) == "table" then
    value = table.concat(value, ",")
  end
  if value and value ~= "" then
    return "h" .. (#value > 16 and md5_bin(value) or value)
  end
  return "a" .. networks.client(var.binary_remote_addr)
end


-- Counts one request. Returns how many more there may be, and in how many
-- seconds the window ends; or nil and the seconds to wait: what is refused does
-- not count.
local function take(domain, limit, time)
  local seconds, requests = limit.seconds, limit.requests
  local number, elapsed = sliding_window.window(time, seconds)
  local key = domain.name .. " " .. limit.id .. " " .. subject(limit) .. " "
  local previous = counters:get(key .. (number - 1)) or 0
  local current = counters:incr(key .. number, 1, 0, 2 * seconds)
  local estimate = sliding_window.estimate(previous, current or 1, elapsed,
    seconds)
  if estimate <= requests then
    return floor(requests - estimate), ceil(seconds - elapsed)
  end
  current = counters:incr(key .. number, -1) or 0
  return nil, sliding_window.wait(previous, current, elapsed, seconds,
    requests)
end


-- Counts the request by all limits that concern it and tells the client.
-- Returns nil, or the seconds to wait.
function _M.check(domain, limits, uri)
  local path, time = uris.path(uri), now()
  local wait, policies, states
  for i = 1, #limits do
    local limit = limits[i]
    if path_pattern.may_match(limit.pattern, path, expressions.match) then
      local remaining, seconds = take(domain, limit, time)
      if not remaining then
        wait = max(wait or 0, seconds)
      end
      local state = ("%s;r=%d;t=%d"):format(limit.name, remaining or 0,
        seconds)
      policies = policies and policies .. ", " .. limit.policy or limit.policy
      states = states and states .. ", " .. state or state
    end
  end
  header["RateLimit-Policy"], header["RateLimit"] = policies, states
  return wait
end


return _M
