-- Which of a domain's cache policies a request falls under.
local compiler = require "cirrus.core.domain"
local expressions = require "cirrus.expressions"


local _M = {}


local OFF = { text = "off", is_off = true }


-- Returns the policy and the rule it is of, if there is one.
function _M.find(domain, method, path)
  if not domain.cache_enable then
    return OFF
  end
  local rule = compiler.rule_for(domain, method, path, expressions.finds)
  if not rule then
    return domain.policy
  end
  return rule.problem and OFF or rule.policy, rule
end


return _M
