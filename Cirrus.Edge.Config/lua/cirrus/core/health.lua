-- Whether an origin is up, by what its probes said.
local member = require "cirrus.core.member"


local number, text = member.number, member.text


local _M = {}


-- Seconds.
local LEAST_TIME = 0.1


-- The member `health` of an origin policy with its defaults; nil without one.
function _M.compile(given)
  if not given then
    return nil
  end
  local statuses = {}
  for _, status in ipairs(given.statuses or { "2xx", "3xx" }) do
    statuses[tostring(status):lower()] = true
  end
  local timeout = number(given.timeout, 2, LEAST_TIME, "timeout")
  return {
    path = text(given.path or "/", "path"),
    interval = number(given.interval, 5, LEAST_TIME, "interval"),
    timeout = timeout,
    unhealthy_after = number(given.unhealthyAfter, 3, 1, "unhealthyAfter"),
    healthy_after = number(given.healthyAfter, 2, 1, "healthyAfter"),
    statuses = statuses,
    times = { connect = timeout, send = timeout, read = timeout },
  }
end


function _M.is_good(policy, status)
  return policy.statuses[tostring(status)] or
    policy.statuses[math.floor(status / 100) .. "xx"] or false
end


-- An origin is up until probes have said otherwise.
function _M.new(is_up)
  return { is_up = is_up ~= false, against = 0 }
end


-- Notes a probe. Returns true when it turned the state.
function _M.note(state, policy, was_good)
  if was_good == state.is_up then
    state.against = 0
    return false
  end
  state.against = state.against + 1
  local needed = was_good and policy.healthy_after or policy.unhealthy_after
  if state.against < needed then
    return false
  end
  state.is_up, state.against = was_good, 0
  return true
end


-- When the next probe is due: nodes and origins are not to beat in time.
-- `random` is between 0 and 1.
function _M.next_due(policy, now, random)
  return now + policy.interval * (0.9 + 0.2 * random)
end


return _M
