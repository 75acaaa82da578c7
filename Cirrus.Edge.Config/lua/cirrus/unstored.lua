-- Requests for one missing object wait for each other in nginx's cache. Those
-- for what turned out not to be stored must not: they go past the cache, and
-- only one of them, now and then, looks whether it is stored by now.
local marks = ngx.shared.cirrus_unstored
local time = ngx.time


local _M = {}


local SECONDS = 5


-- For a plan that is new in this worker: what the others know.
function _M.recall(plan)
  plan.unstored_until = 0
  if plan.key and marks:get(plan.key) then
    plan.unstored_until = time() + SECONDS
  end
end


-- Whether the request is to go past the cache.
function _M.is_known(plan)
  if plan.unstored_until == 0 then
    return false
  elseif plan.unstored_until > time() then
    return true
  end
  plan.unstored_until = time() + SECONDS
  return not marks:add(plan.key, true, SECONDS)
end


-- The same for who only wants to know.
function _M.is_noted(plan)
  return plan.unstored_until > time() or marks:get(plan.key) ~= nil
end


function _M.note(plan)
  plan.unstored_until = time() + SECONDS
  marks:set(plan.key, true, SECONDS)
end


function _M.forget(plan)
  if plan.unstored_until ~= 0 then
    plan.unstored_until = 0
    marks:delete(plan.key)
  end
end


return _M
