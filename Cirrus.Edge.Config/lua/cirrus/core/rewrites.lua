-- What the origin is asked for instead of what the client asked for. The first
-- rewrite that matches is the only one, so there are no loops.
local path_pattern = require "cirrus.core.path_pattern"
local path_targets = require "cirrus.core.path_targets"
local target = require "cirrus.core.target"
local uris = require "cirrus.core.uri"


local _M = {}


local function complete(rule)
  return rule.target.authority and "not a path" or nil
end


-- Returns nil when there is none; what can't be used is told in `problems`.
function _M.compile(list, is_valid, problems)
  return path_targets.compile(list, "rewrite", is_valid, problems, complete)
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
