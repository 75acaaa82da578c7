-- What a URI of a domain means: a function of the domain, the generation and
-- the URI, so it is worked out once and kept while these stay the same.
local domains = require "cirrus.domains"
local expressions = require "cirrus.expressions"
local invalidation = require "cirrus.invalidation"
local plan_places = require "cirrus.core.plan_places"
local policy_choice = require "cirrus.policy_choice"
local query = require "cirrus.core.query"
local recent = require "cirrus.core.recent"
local rewrites = require "cirrus.core.rewrites"
local tag_index = require "cirrus.tag_index"
local unstored = require "cirrus.unstored"
local uris = require "cirrus.core.uri"
local variant = require "cirrus.core.variant"


local ceil, match = math.ceil, string.match


local _M = {}


-- Everything longer could not be stored: the key is part of the object.
local MAX_URI = 8000
-- Strangers may ask for any URI, with whatever a variant depends on. So many
-- are kept of each, and fewer long ones: each has its URI several times.
local MAX_PLANS = 20000
local SHORT_URI = 256


local plans = recent.new(MAX_PLANS)
local variants = recent.new(MAX_PLANS)
-- For requests that have nothing else: those that nginx makes itself.
local by_key = setmetatable({}, { __mode = "v" })


-- The key with the mark of the plan's slot; most have none.
local function mark_key(plan)
  local mark = invalidation.mark(plan.slot)
  plan.mark = mark
  -- A copy of the object of another key.
  plan.memory = nil
  plan.key = plan.base_key and
    (mark == 0 and plan.base_key or ("%s %.0f"):format(plan.base_key, mark))
  if plan.key then
    by_key[plan.key] = plan
  end
  unstored.recall(plan)
end


-- The epoch is the only part of the key that changes with purges.
local function put_epoch(plan, epoch, is_untagged)
  local epochs = plan.domain.epochs
  plan.epochs_version, plan.newest_soft = epochs.version, epochs.newest_soft
  plan.epoch, plan.is_untagged = epoch, is_untagged
  plan.base_key = plan.generation .. " " .. epoch .. " " .. plan.prefix ..
    plan.name
end


local function make(domain, generation, scheme, host, raw_uri, method)
  local uri = uris.canonical(raw_uri)
  local path = uris.path(uri)
  local policy, rule = policy_choice.find(domain, method, path)
  if policy.query then
    uri = query.reduce(uri, policy.query)
  end
  -- All fields that most plans come to have, so that the table doesn't grow.
  local plan = setmetatable({
    uri = uri,
    slot = invalidation.slot(host, uri),
    name = uri,
    base_key = false,
    key = false,
    mark = 0,
    epoch = false,
    epochs_version = 0,
    is_untagged = false,
    unstored_until = 0,
    memory = false,
  }, plan_places.find(domain, generation, scheme, host, method, policy, rule))
  if #uri > MAX_URI then
    plan.is_too_long = true
  end
  if domain.rewrites then
    plan.origin_uri = rewrites.apply(domain.rewrites, uri, expressions.match)
  end
  if not policy.is_off then
    -- GET and HEAD share an object, unless the rules treat them differently.
    if method == "HEAD" and
        policy.text ~= policy_choice.find(domain, "GET", path).text then
      plan.name = uri .. " HEAD"
    end
    put_epoch(plan, tag_index.epoch(plan))
  end
  mark_key(plan)
  return plan
end


local function copy_of(plan)
  local copy = {}
  for name, value in pairs(plan) do
    copy[name] = value
  end
  return setmetatable(copy, getmetatable(plan))
end


-- The plan after a purge of its domain: all but the key is the same, and that
-- mostly, too. Requests under way keep the plan they have.
local function renew(plan)
  local epochs = plan.domain.epochs
  local epoch, is_untagged = tag_index.epoch(plan)
  if epoch == plan.epoch then
    plan.epochs_version = epochs.version
    if plan.newest_soft ~= epochs.newest_soft or
        plan.is_untagged ~= is_untagged then
      -- Whether it is stale, nginx's cache must be asked.
      plan.newest_soft, plan.memory = epochs.newest_soft, nil
      plan.is_untagged, plan.life = is_untagged, nil
    end
    return plan
  end
  local again = copy_of(plan)
  again.life = nil
  put_epoch(again, epoch, is_untagged)
  mark_key(again)
  return again
end


-- The plan whose object, or a part of it, has a key, as long as a request has
-- it.
function _M.of_key(key)
  return by_key[key] or by_key[match(key, "^(.*) %d+ $")]
end


local function weight_of(uri)
  return ceil(#uri / SHORT_URI)
end


-- The plan for a request: `uri` for the origin, `key` of the object (nil when
-- it is not to be cached), `request` and `uncached`, what to tell the origin
-- tier in either case; `policy` and the `rule` it is of.
function _M.find(domain, scheme, host, raw_uri, method)
  local generation = domains.generation()
  local name = (method == "HEAD" and "HEAD " or "") .. scheme .. " " .. host ..
    raw_uri
  local plan = plans:get(name, weight_of(raw_uri))
  if plan and plan.domain == domain and plan.generation == generation then
    if plan.base_key and plan.epochs_version ~= domain.epochs.version then
      plan = renew(plan)
      plans:set(name, plan, weight_of(raw_uri))
    end
    if plan.mark ~= invalidation.mark(plan.slot) then
      mark_key(plan)
    end
    return plan
  end

  plan = make(domain, generation, scheme, host, raw_uri,
    method == "HEAD" and "HEAD" or "GET")
  plans:set(name, plan, weight_of(raw_uri))
  return plan
end


-- The plan of one of the variants of an object; `life` as in `refine`.
local function make_variant(plan, suffix, life)
  local copy = copy_of(plan)
  copy.base_key, copy.life = plan.base_key .. " " .. suffix, life
  mark_key(copy)
  return copy
end


-- What is left of a plan for a request, for policies that look at more than the
-- URI. `field(name)` gives the request's header values. Returns the plan, the
-- kind of device when the key has it, and what sends the request past the
-- cache, if something does.
function _M.refine(plan, field)
  local policy = plan.policy
  local why = policy.bypass and variant.bypass(policy.bypass, field)
  if why or not policy.key or not plan.key then
    return plan, nil, why
  end
  local text, device = variant.key(policy.key, field)
  -- Variants of the plan as it was before are none of it.
  local life = plan.life or {}
  plan.life = life
  local suffix = ngx.md5(text)
  local name = plan.method .. plan.base_key .. " " .. suffix
  local found = variants:get(name, weight_of(name))
  if not found or found.life ~= life then
    found = make_variant(plan, suffix, life)
    variants:set(name, found, weight_of(name))
  elseif found.mark ~= invalidation.mark(found.slot) then
    mark_key(found)
  end
  return found, device
end


return _M
