-- Which paths something is for: what begins with "/" is a prefix, anything else
-- a regular expression; both meet the canonical path.
local uris = require "cirrus.core.uri"


local _M = {}


local sub = string.sub


-- `is_valid(pattern)` tells whether a regular expression can be used; one that
-- can't has `problem`. Without a path, nil: for all of them.
function _M.compile(path, is_valid)
  if path == nil then
    return nil
  elseif sub(path, 1, 1) == "/" then
    return { prefix = uris.canonical_prefix(path) }
  end
  return {
    expression = path,
    problem = not is_valid(path) and "not a regular expression" or nil,
  }
end


-- Returns what the pattern captured of the path (`rest`: what follows a
-- prefix), or nil and, when that can't be known, why not. `match(path,
-- expression)` returns captures, or nil and a problem.
function _M.captures(pattern, path, match)
  local prefix = pattern.prefix
  if prefix then
    if sub(path, 1, #prefix) ~= prefix then
      return nil
    end
    return { rest = sub(path, #prefix + 1) }
  elseif pattern.problem then
    return nil, pattern.problem
  end
  return match(path, pattern.expression)
end


-- Whether a path is one of them, a pattern of nil being for all.
function _M.is_match(pattern, path, match)
  if not pattern then
    return true
  elseif pattern.prefix then
    return sub(path, 1, #pattern.prefix) == pattern.prefix
  end
  local captures, problem = _M.captures(pattern, path, match)
  return captures ~= nil, problem
end


return _M
