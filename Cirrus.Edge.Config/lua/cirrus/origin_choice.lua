-- Which of a domain's origins a request goes to, and to which one after that.
local attempts = require "cirrus.core.attempts"
local balance = require "cirrus.core.balance"
local failures = require "cirrus.origin_failures"
local origin_addresses = require "cirrus.origin_addresses"
local origin_health = require "cirrus.origin_health"


local var = ngx.var


local _M = {}


-- By what its last requests met, or its probes.
local function is_failing(origin)
  return failures.is_noted(origin) or origin_health.is_down(origin)
end


_M.is_failing = is_failing


-- Chooses an origin that was not tried and may be connected to. One without
-- a usable address got nothing, so the next may be asked whatever the method.
-- Returns its target and how many were tried before it; nil and why not.
function _M.next(domain)
  local tried, count = attempts.read(var.cirrus_tried)
  local problem
  while true do
    local index = balance.pick(domain.origins, tried, is_failing)
    if not index then
      return nil, problem
    end
    tried[index] = true
    var.cirrus_tried = attempts.note(var.cirrus_tried, index)
    local origin = domain.origins[index]
    local target, why =
      origin_addresses.find(origin, domain.origin_policy.timeouts)
    if target then
      return target, count
    end
    failures.note(origin)
    count, problem = count + 1, why
  end
end


-- The origin that was chosen last, if one was.
function _M.last(domain)
  local index = attempts.last(var.cirrus_tried)
  return index and domain and domain.origins[index]
end


-- Another origin that would get the very same request as this one, or nil.
function _M.spare(domain, origin)
  local found
  for _, other in ipairs(domain.origins) do
    if other ~= origin and not other.is_secure and not other.host_header and
        not is_failing(other) and not (found and other.is_backup) then
      found = origin_addresses.find(other, domain.origin_policy.timeouts) or
        found
    end
  end
  return found
end


return _M
