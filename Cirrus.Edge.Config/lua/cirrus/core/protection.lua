-- What stands between clients and a domain, compiled from its document.
local cors = require "cirrus.core.cors"
local header_actions = require "cirrus.core.header_actions"
local member = require "cirrus.core.member"
local networks = require "cirrus.core.networks"
local path_pattern = require "cirrus.core.path_pattern"
local redirects = require "cirrus.core.redirects"
local referrers = require "cirrus.core.referrers"
local rewrites = require "cirrus.core.rewrites"
local security_headers = require "cirrus.core.security_headers"


local number, text = member.number, member.text


local _M = {}


local function set_of(list)
  if not list or #list == 0 then
    return nil
  end
  local set = {}
  for _, item in ipairs(list) do
    set[tostring(item):upper()] = true
  end
  return set
end


local function not_empty(list)
  return list and #list > 0 and list or nil
end


local function compile_maintenance(settings, problems)
  if not settings or settings.enabled ~= true then
    return nil
  end
  return {
    status = math.min(number(settings.status, 503, 200, "status"), 599),
    retry_after = number(settings.retryAfter, nil, 0, "retryAfter"),
    body = settings.body and text(settings.body, "body"),
    content_type = text(settings.contentType or "text/html; charset=utf-8",
      "contentType"),
    allow = networks.compile(settings.allow, problems),
  }
end


-- An expression that can't be used guards everything.
local function compile_signed_urls(list, is_valid, problems)
  local guarded = {}
  for i, item in ipairs(list or {}) do
    local pattern = path_pattern.compile(item.path, is_valid)
    if pattern and pattern.problem then
      problems[#problems + 1] = ("signed URLs of %s are asked for " ..
        "everywhere: %s"):format(item.path, pattern.problem)
      pattern = nil
    end
    guarded[i] = { pattern = pattern, keys = item.keys or {} }
  end
  return not_empty(guarded)
end


local function compile_rate_limits(list, is_valid, problems)
  local limits = {}
  for i, item in ipairs(list or {}) do
    local pattern = path_pattern.compile(item.path, is_valid)
    local requests, seconds = tonumber(item.requests), tonumber(item.seconds)
    local by = tostring(item.by or "address")
    local problem = pattern and pattern.problem or
      not (requests and requests >= 1 and seconds and seconds >= 1) and
      "requests and seconds must be 1 or more"
    if problem then
      problems[#problems + 1] = ("rate limit %d is left out: %s"):format(i,
        problem)
    else
      limits[#limits + 1] = {
        pattern = pattern,
        requests = requests,
        seconds = seconds,
        by_domain = by == "domain",
        header = by:match("^header:(.+)$"),
        -- A limit that changes begins anew.
        id = ("%d/%d/%d"):format(i, requests, seconds),
        policy = ('"%d";q=%d;w=%d'):format(i, requests, seconds),
        name = ('"%d"'):format(i),
      }
    end
  end
  return not_empty(limits)
end


local function compile_check(document, is_valid, problems)
  local access = document.access or {}
  local limits = document.limits or {}
  local check = {
    maintenance = compile_maintenance(document.maintenance, problems),
    allow = networks.compile(not_empty(access.allow), problems),
    deny = networks.compile(not_empty(access.deny), problems),
    allow_countries = set_of(access.allowCountries),
    deny_countries = set_of(access.denyCountries),
    rate_limits = compile_rate_limits(access.rateLimits, is_valid, problems),
    referrers = referrers.compile(access.referrers),
    signed_urls = compile_signed_urls(access.signedUrls, is_valid, problems),
    max_body = tonumber(limits.maxBody),
    redirects = redirects.compile(document.redirects, is_valid, problems),
    cors = cors.compile(document.cors),
  }
  if not next(check) then
    return nil
  end
  check.needs_uri = check.rate_limits or check.signed_urls or check.redirects
  check.needs_country = check.allow_countries or check.deny_countries
  return check
end


local function compile_response(document, is_valid, problems)
  local headers = document.headers or {}
  local response = {
    actions = header_actions.compile(headers.response, is_valid, problems),
    cors = cors.compile(document.cors),
    presets = security_headers.compile(document.securityHeaders,
      document.cors),
  }
  return next(response) and response or nil
end


-- Adds to a compiled domain `protection`, `response_headers`,
-- `request_headers` and `rewrites`, each nil without need for it, and
-- `problems`, a list of what could not be used.
function _M.compile(document, domain, is_valid)
  local problems = {}
  domain.protection = compile_check(document, is_valid, problems)
  domain.response_headers = compile_response(document, is_valid, problems)
  domain.request_headers = header_actions.compile(
    (document.headers or {}).request, is_valid, problems)
  domain.rewrites = rewrites.compile(document.rewrites, is_valid, problems)
  domain.problems = problems
end


return _M
