-- A domain document made ready for requests: nothing here is parsed again.
local cache_policy = require "cirrus.core.cache_policy"
local epochs = require "cirrus.core.epochs"
local origins = require "cirrus.core.origins"
local path_pattern = require "cirrus.core.path_pattern"
local protection = require "cirrus.core.protection"
local uris = require "cirrus.core.uri"


local _M = {}


-- Fields of one connection (RFC 9110, section 7.6.1), framing and what only
-- Cirrus may say: an operator's header must not change them.
local RESERVED = {
  ["cdn-loop"] = true, ["connection"] = true, ["content-length"] = true,
  ["host"] = true, ["keep-alive"] = true, ["proxy-connection"] = true,
  ["te"] = true, ["trailer"] = true, ["transfer-encoding"] = true,
  ["upgrade"] = true, ["via"] = true,
}


-- A pattern of paths, with `methods` and `policy` besides.
local function compile_rule(rule, base, is_valid)
  local compiled = path_pattern.compile(rule.path, is_valid)
  compiled.methods = {}
  for _, method in ipairs(rule.methods or { "GET", "HEAD" }) do
    compiled.methods[method] = true
  end
  compiled.policy = cache_policy.compile(rule, base)
  return compiled
end


-- The value of Strict-Transport-Security (RFC 6797, section 6.1), or nil.
local function hsts(settings)
  if not settings then
    return nil
  end
  return ("max-age=%d"):format(settings.maxAge or 0) ..
    (settings.includeSubDomains and "; includeSubDomains" or "") ..
    (settings.preload and "; preload" or "")
end


-- `is_valid(pattern)` tells whether the regular expression can be used; rules
-- whose pattern can't have a `problem` and are listed in the second result.
function _M.compile(document, fields, is_valid)
  local tls = document.tls or {}
  local domain = {
    name = document.name,
    cache_enable = document.cacheEnable ~= false,
    policy = cache_policy.compile(document.cache or {}),
    rules = {},
    origin_policy = origins.policy(document.originPolicy),
    headers = {},
    epochs = epochs.compile(fields),
    redirect = tls.redirect == true,
    hsts = hsts(tls.hsts),
  }
  local broken = {}

  domain.origins = origins.compile(document.origins, document.name,
    domain.origin_policy)
  for _, rule in ipairs(document.rules or {}) do
    local compiled = compile_rule(rule, document.cache, is_valid)
    domain.rules[#domain.rules + 1] = compiled
    if compiled.problem then
      broken[#broken + 1] = compiled
    end
  end
  for name, value in pairs(document.upstreamHeaders or {}) do
    local lower = name:lower()
    if lower == "host" then
      domain.host_header = value
    elseif not RESERVED[lower] and not lower:find("^x%-cirrus%-") then
      domain.headers[name] = value
    end
  end
  protection.compile(document, domain, is_valid)
  return domain, broken
end


-- One that has a problem is for all paths: what it forbids must not be allowed
-- by the next one.
local function first(rules, method, path, is_match, matches)
  for i = 1, #rules do
    local rule = rules[i]
    if rule.methods[method] and (rule.problem or
        is_match(rule, path, matches)) then
      return rule
    end
  end
end


-- The first rule for the method and the canonical path, or nil; and whether a
-- less strict origin may take the path for one of another rule. `matches(path,
-- expression)` tells whether an expression has a match there.
function _M.rule_for(domain, method, path, matches)
  local rules, loose = domain.rules, uris.loose(path)
  local rule = first(rules, method, path, path_pattern.is_match, matches)
  return rule, loose ~= nil and rule ~=
    first(rules, method, loose, path_pattern.is_loose_match, matches)
end


-- The wildcard name that would cover a host: one label, no more, of what names
-- are made of; nginx lets more than that through.
function _M.wildcard_of(host)
  local rest = host:match("^[%w_-]+(%..+)$")
  return rest and "*" .. rest or nil
end


return _M
