-- The redirects of a domain; the first that matches counts.
local path_pattern = require "cirrus.core.path_pattern"
local path_targets = require "cirrus.core.path_targets"
local target = require "cirrus.core.target"


local _M = {}


local STATUSES = {
  [301] = true, [302] = true, [303] = true, [307] = true, [308] = true,
}


local function complete(rule, item)
  rule.status = STATUSES[item.status] and item.status or 302
end


-- Returns nil when there is none; what can't be used is told in `problems`.
function _M.compile(list, is_valid, problems)
  return path_targets.compile(list, "redirect", is_valid, problems, complete)
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
