-- Which object a request is for, and whether the cache is asked for it.
local directives = require "cirrus.request_directives"
local errors = require "cirrus.errors"
local fields = require "cirrus.request_fields"
local inner = require "cirrus.inner"
local invalidation = require "cirrus.invalidation"
local memory_cache = require "cirrus.memory_cache"
local past_cache = require "cirrus.past_cache"
local plans = require "cirrus.plans"
local shield = require "cirrus.shield"
local slices = require "cirrus.slices"
local stored = require "cirrus.stored"
local unstored = require "cirrus.unstored"
local upgrade = require "cirrus.upgrade"


local get_method, var = ngx.req.get_method, ngx.var


local _M = {}


-- Whether the object is known not to be stored. What the node fetches for its
-- cache it fetches all the same. Of an object that varies another variant may
-- be stored.
local function goes_past(ctx, plan)
  local is_known
  if ctx.inner then
    is_known = ctx.inner == "probe" and unstored.is_noted(plan)
  else
    is_known = unstored.is_known(plan)
  end
  return is_known and not (plan.varies and stored.find(plan.key))
end


-- Why the cache is not asked, whatever is in it: a reason and a word more; nil
-- when it is. `why` is what the policy found in the request.
local function obstacle(ctx, plan, is_read, why)
  local is_upgrade = ctx.is_special and upgrade.prepare()
  if not is_read then
    return "method"
  elseif not plan.key then
    return "bypass", "policy"
  elseif why then
    return "bypass", why
  elseif is_upgrade then
    return "bypass", "upgrade"
  elseif ctx.is_special and fields.have_body() then
    return "bypass", "body"
  end
  return nil
end


-- Looks for the object.
local function look_up(ctx, plan, domain)
  fields.drop_hidden_body(ctx)
  ctx.plan = plan
  var.cirrus_key = plan.key
  var.cirrus_request = plan.request
  if not ctx.peer then
    shield.prepare(domain, ctx)
  end
  if ctx.inner then
    var.cirrus_request = inner.request(ctx, plan.request, domain)
  end
  if plan.policy.slice and get_method() == "GET" then
    return slices.enter(ctx, plan.policy.slice)
  end
end


-- Looks past the object, for `why`, and stores what comes in its place.
local function replace(ctx, plan, domain, why)
  fields.drop_hidden_body(ctx)
  ctx.plan, ctx.why = plan, why
  local request = plan.request
  if why == "authorization" then
    ctx.reason = "bypass"
    request = plan.policy.text .. ";authorized " .. domain.name
  else
    ctx.reason = "request"
  end
  var.cirrus_key = plan.key
  var.cirrus_bypass = "1"
  var.cirrus_request = inner.request(ctx, request, domain)
  if plan.policy.slice and ctx.inner and get_method() == "GET" then
    return slices.enter(ctx, plan.policy.slice)
  end
end


local function pass_by(ctx, plan, domain, reason, why)
  ctx.reason, ctx.why = reason, why
  past_cache.enter(ctx, domain)
  var.cirrus_zone = "off"
  var.cirrus_request = inner.request(ctx, plan.uncached, domain)
end


-- Where a read goes on that nothing keeps from the cache.
local function seek(ctx, plan, domain)
  fields.normalise(plan)
  if goes_past(ctx, plan) then
    ctx.past = plan
    return pass_by(ctx, plan, domain, "uri-miss")
  end
  local why = ctx.inner == "refresh" and "refresh" or
    ctx.is_special and directives.bypass(plan)
  if why == "unavailable" then
    return errors.reply(504, "The object isn't in the cache.")
  elseif why == "no-store" then
    return pass_by(ctx, plan, domain, "request", why)
  elseif why then
    return replace(ctx, plan, domain, why)
  end
  return look_up(ctx, plan, domain)
end


-- Prepares what nginx does with a request of the domain's, or answers it from
-- memory.
function _M.begin(ctx, domain, host)
  local method = ctx.inner_method or get_method()
  local plan = plans.find(domain, ctx.server_name and "https" or "http", host,
    ctx.uri or var.request_uri, method)
  if plan.is_too_long then
    return errors.reply(414)
  end
  local is_read = method == "GET" or method == "HEAD"
  local why
  if plan.policy.by_request and is_read then
    plan, ctx.device, why = plans.refine(plan, fields.read)
    var.cirrus_device = ctx.device or ""
  end
  if plan.memory and is_read and not why and not ctx.is_special then
    memory_cache.serve(plan, ctx)
  end

  var.cirrus_uri = plan.origin_uri or plan.uri
  if domain.request_headers and domain.request_headers.has_paths then
    var.cirrus_path = plan.uri
  end
  ctx.explained = ctx.inner and plan
  if not is_read and invalidation.is_caused_by(method) then
    ctx.invalidates = plan
  end
  local reason
  reason, why = obstacle(ctx, plan, is_read, why)
  if reason then
    return pass_by(ctx, plan, domain, reason, why)
  end
  return seek(ctx, plan, domain)
end


return _M
