-- Which of a domain's cache policies a request falls under.
local compiler = require "cirrus.core.domain"


local log, ERR, re_find = ngx.log, ngx.ERR, ngx.re.find


local _M = {}


local OFF = { text = "off", is_off = true }


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


-- Returns the policy and the rule it is of, if there is one.
function _M.find(domain, method, path)
  if not domain.cache_enable then
    return OFF
  end
  local rule, problem = compiler.rule_for(domain, method, path, matches)
  if problem then
    report(domain, rule, problem)
    return OFF, rule
  end
  if not rule then
    return domain.policy
  end
  return rule.policy, rule
end


return _M
