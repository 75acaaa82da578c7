-- The redirects of a domain; the first that matches counts.
local path_pattern = require "cirrus.core.path_pattern"
local target = require "cirrus.core.target"


local _M = {}


local STATUSES = {
  [301] = true, [302] = true, [303] = true, [307] = true, [308] = true,
}


-- Returns nil when there is none; what can't be used is told in `problems`.
function _M.compile(list, is_valid, problems)
  local rules = {}
  for _, item in ipairs(list or {}) do
    local path = tostring(item.path)
    local pattern = path_pattern.compile(path, is_valid)
    local to, problem = target.compile(item.to)
    if pattern.problem or problem then
      problems[#problems + 1] = ("redirect of %s is left out: %s"):format(path,
        pattern.problem or problem)
    else
      rules[#rules + 1] = {
        pattern = pattern, target = to,
        status = STATUSES[item.status] and item.status or 302,
      }
    end
  end
  return #rules > 0 and rules or nil
end


-- `uri` is canonical, `origin` such as "https://a.test". Returns location and
-- status, or nil. One that would lead to the same URI is none.
function _M.find(rules, uri, origin, match)
  local path, query = uri:match("^([^?]*)%??(.*)$")
  for i = 1, #rules do
    local rule = rules[i]
    local captures = path_pattern.captures(rule.pattern, path, match)
    local location = captures and target.expand(rule.target, captures, query)
    if location and location ~= uri and location ~= origin .. uri then
      return location, rule.status
    end
  end
  return nil
end


return _M
