-- Rules of a document that lead from a path to somewhere else: {path, to}.
local path_pattern = require "cirrus.core.path_pattern"
local target = require "cirrus.core.target"


local _M = {}


-- `what` they are, for people; `complete(rule, item)` adds what is theirs alone
-- to a rule {pattern, target}, or says what is wrong with it. Returns nil when
-- there is none; what can't be used is told in `problems`.
function _M.compile(list, what, is_valid, problems, complete)
  local rules = {}
  for _, item in ipairs(list or {}) do
    local path = tostring(item.path)
    local pattern = path_pattern.compile(path, is_valid)
    local to, problem = target.compile(item.to)
    local rule = { pattern = pattern, target = to }
    problem = pattern.problem or problem or complete(rule, item)
    if problem then
      problems[#problems + 1] = ("%s of %s is left out: %s"):format(what, path,
        problem)
    else
      rules[#rules + 1] = rule
    end
  end
  return #rules > 0 and rules or nil
end


return _M
