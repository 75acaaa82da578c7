-- What the origin is asked for instead of what the client asked for. The first
-- rewrite that matches is the only one, so there are no loops.
local path_pattern = require "cirrus.core.path_pattern"
local target = require "cirrus.core.target"
local uris = require "cirrus.core.uri"


local _M = {}


-- Returns nil when there is none; what can't be used is told in `problems`.
function _M.compile(list, is_valid, problems)
  local rules = {}
  for _, item in ipairs(list or {}) do
    local path = tostring(item.path)
    local pattern = path_pattern.compile(path, is_valid)
    local to, problem = target.compile(item.to)
    if to and to.authority then
      problem = "not a path"
    end
    if pattern.problem or problem then
      problems[#problems + 1] = ("rewrite of %s is left out: %s"):format(path,
        pattern.problem or problem)
    else
      rules[#rules + 1] = { pattern = pattern, target = to }
    end
  end
  return #rules > 0 and rules or nil
end


-- Both URIs are canonical. The path decides, the query goes along.
function _M.apply(rules, uri, match)
  local path, query = uri:match("^([^?]*)%??(.*)$")
  for i = 1, #rules do
    local captures = path_pattern.captures(rules[i].pattern, path, match)
    if captures then
      return uris.canonical(target.expand(rules[i].target, captures, query))
    end
  end
  return uri
end


return _M
