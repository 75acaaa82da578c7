-- Which of a domain's cache policies a request falls under.
local compiler = require "cirrus.core.domain"
local expressions = require "cirrus.expressions"


local _M = {}


local OFF = { text = "off", is_off = true }


-- Returns the policy and the rule it is of, if there is one. What the origin
-- may take for a path of another rule is not cached: a rule that overrides the
-- origin would store what another one, or the origin, calls private.
function _M.find(domain, method, path)
  if not domain.cache_enable then
    return OFF
  end
  local rule, is_ambiguous = compiler.rule_for(domain, method, path,
    expressions.finds)
  if is_ambiguous or rule and rule.problem then
    return OFF, rule
  end
  return rule and rule.policy or domain.policy, rule
end


return _M
