-- What a URI of a domain means: a function of the domain, the generation and
-- the URI, so it is worked out once and kept while these stay the same.
local compiler = require "cirrus.core.domain"
local domains = require "cirrus.domains"
local tag_index = require "cirrus.tag_index"
local unstored = require "cirrus.unstored"
local uris = require "cirrus.core.uri"


local log, ERR = ngx.log, ngx.ERR
local re_find = ngx.re.find


local _M = {}


-- Everything longer could not be stored: the key is part of the object.
local MAX_URI = 8000
-- Strangers may ask for any URI, so the plans are thrown away when there are
-- too many.
local MAX_PLANS = 10000


local plans, count = {}, 0


local function matches(path, pattern)
  local from, _, err = re_find(path, pattern, "jo")
  return from ~= nil, err
end


-- Once for a rule in each worker: strangers choose the paths.
local function report(domain, rule, problem)
  if not rule.problem and not rule.is_reported then
    rule.is_reported = true
    log(ERR, "domain ", domain.name, ": a path can't be matched with rule ",
      rule.pattern, " and is not cached: ", problem)
  end
end


-- Returns the policy: "off", "origin" or the ttl of a rule, and the rule.
local function policy_for(domain, method, path)
  if not domain.cache_enable then
    return "off"
  end
  local rule, problem = compiler.rule_for(domain, method, path, matches)
  if problem then
    report(domain, rule, problem)
    return "off", rule
  end
  if not rule then
    return "origin"
  end
  return rule.ttl == 0 and "off" or rule.ttl, rule
end


-- The epoch is the only part of the key that changes with purges.
local function put_key(plan, epoch, is_untagged)
  plan.epochs_version = plan.domain.epochs.version
  plan.epoch, plan.is_untagged = epoch, is_untagged
  plan.key = plan.generation .. " " .. plan.epoch .. " " .. plan.identity
end


local function make(domain, generation, scheme, host, raw_uri, method)
  local uri = uris.canonical(raw_uri)
  local path = uris.path(uri)
  local plan = {
    domain = domain,
    generation = generation,
    uri = uri,
    -- What purges name.
    purge_uri = uri,
    is_too_long = #uri > MAX_URI,
    uncached = "off " .. domain.name,
  }
  local policy
  policy, plan.rule = policy_for(domain, method, path)
  plan.request = policy .. " " .. domain.name
  if policy ~= "off" then
    -- GET and HEAD share an object, unless the rules treat them differently.
    local is_apart = policy ~= (policy_for(domain, "GET", path))
    plan.host = host
    plan.identity = scheme .. " " .. host .. " " .. uri ..
      (is_apart and " HEAD" or "")
    put_key(plan, tag_index.epoch(domain, host, uri, plan.identity))
  end
  unstored.recall(plan)
  return plan
end


-- The plan after a purge of its domain: all but the key is the same, and that
-- mostly, too. Requests under way keep the plan they have.
local function renew(plan)
  local domain = plan.domain
  local epoch, is_untagged = tag_index.epoch(domain, plan.host,
    plan.purge_uri, plan.identity)
  if epoch == plan.epoch then
    plan.epochs_version = domain.epochs.version
    plan.is_untagged = is_untagged
    return plan
  end
  local again = {}
  for name, value in pairs(plan) do
    again[name] = value
  end
  put_key(again, epoch, is_untagged)
  unstored.recall(again)
  return again
end


-- The plan for a request: `uri` for the origin, `key` of the object (nil when
-- it is not to be cached), `request` and `uncached`, what to tell the origin
-- tier in either case.
function _M.find(domain, scheme, host, raw_uri, method)
  local generation = domains.generation()
  local name = (method == "HEAD" and "HEAD " or "") .. scheme .. " " .. host ..
    raw_uri
  local plan = plans[name]
  if plan and plan.domain == domain and plan.generation == generation then
    if not plan.identity or plan.epochs_version == domain.epochs.version then
      return plan
    end
    plan = renew(plan)
    plans[name] = plan
    return plan
  end

  if not plan then
    if count == MAX_PLANS then
      plans, count = {}, 0
    end
    count = count + 1
  end
  plan = make(domain, generation, scheme, host, raw_uri,
    method == "HEAD" and "HEAD" or "GET")
  plans[name] = plan
  return plan
end


return _M
