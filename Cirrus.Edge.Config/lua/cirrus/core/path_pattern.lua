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
    local prefix = uris.canonical_prefix(path)
    return { prefix = prefix, loose_prefix = uris.loose(prefix) or prefix }
  end
  return {
    expression = path,
    problem = not is_valid(path) and "not a regular expression" or nil,
  }
end


-- Returns what the pattern captured of the path (`rest`: what follows a
-- prefix), or nil and, when that can't be known, why not. `match(path,
-- expression)` returns captures or nil.
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


-- Whether a path is one of them, a pattern of nil being for all; `match` need
-- not capture then.
function _M.is_match(pattern, path, match)
  if not pattern then
    return true
  elseif pattern.prefix then
    return sub(path, 1, #pattern.prefix) == pattern.prefix
  end
  local captures, problem = _M.captures(pattern, path, match)
  return captures and true or false, problem
end


-- The same of a path as a less strict origin may read it (`uris.loose`).
function _M.is_loose_match(pattern, loose, match)
  if pattern and pattern.prefix then
    return sub(loose, 1, #pattern.loose_prefix) == pattern.loose_prefix
  end
  return _M.is_match(pattern, loose, match)
end


-- Whether a path is one of them as it is or as a less strict origin may read
-- it: for what must not be got around.
function _M.may_match(pattern, path, match)
  local is_match, problem = _M.is_match(pattern, path, match)
  local loose = not is_match and not problem and uris.loose(path)
  if not loose then
    return is_match, problem
  end
  return _M.is_loose_match(pattern, loose, match)
end


return _M
