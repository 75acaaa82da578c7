-- What is noted of an answer: that its object is stored, and with which tags,
-- or that it is not.
local memory_cache = require "cirrus.memory_cache"
local plans = require "cirrus.plans"
local soft_purge = require "cirrus.soft_purge"
local store_times = require "cirrus.store_times"
local tag_index = require "cirrus.tag_index"
local unstored = require "cirrus.unstored"


local var = ngx.var


local _M = {}


-- What nginx says of answers that came from its cache.
local FROM_CACHE = { HIT = true, UPDATING = true, STALE = true }
_M.FROM_CACHE = FROM_CACHE


-- `object` is what the origin tier noted on it, nil when it is not stored.
-- Returns since how many seconds it has been softly purged, if it has.
local function note_object(ctx, plan, status, object)
  if status ~= "HIT" then
    store_times.note(plan)
    ctx.stores = plan
  end
  if FROM_CACHE[status] and not plan.is_untagged and
      not plan.domain.epochs.newest_soft or not object then
    return nil
  end
  tag_index.note(plan, status)
  local purged = FROM_CACHE[status] and soft_purge.age(plan)
  if purged and not ctx.inner then
    soft_purge.refresh(ctx)
  end
  return purged
end


-- One variant that is stored doesn't say that the others are.
local function note_stored(plan, status, object)
  if plan.varies and FROM_CACHE[status] then
    return
  elseif status ~= "MISS" or object then
    unstored.forget(plan)
  elseif ngx.status < 500 then
    unstored.note(plan)
  end
end


-- Of any answer for a URI that may be cached.
function _M.note_vary(ctx)
  local plan = ctx.plan or ctx.past
  if plan and var.upstream_http_vary then
    plan.varies = true
  end
end


-- Of an answer of nginx's cache; `status` is its word, `object` as above.
-- Returns since how many seconds it has been softly purged, if it has.
function _M.note(ctx, status, object)
  local asked = ctx.plan
  -- What nginx fetches by itself has no context.
  local plan = asked or plans.of_key(var.cirrus_key)
  local purged = plan and note_object(ctx, plan, status, object)
  if not asked or status == "BYPASS" then
    return purged
  end
  if ctx.inner ~= "probe" then
    note_stored(asked, status, object)
  end
  if status == "HIT" and not purged and not ctx.inner then
    memory_cache.note_hit(asked)
  end
  return purged
end


return _M
