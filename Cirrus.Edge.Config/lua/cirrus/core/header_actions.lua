-- What an operator does to the header fields of requests or responses.
local path_pattern = require "cirrus.core.path_pattern"


local _M = {}


-- Fields of one connection (RFC 9110, section 7.6.1), framing, and what only
-- the edge may say.
local RESERVED = {
  ["age"] = true, ["cache-status"] = true, ["cdn-loop"] = true,
  ["connection"] = true, ["content-encoding"] = true,
  ["content-length"] = true, ["content-range"] = true, ["keep-alive"] = true,
  ["proxy-connection"] = true, ["te"] = true, ["trailer"] = true,
  ["transfer-encoding"] = true, ["upgrade"] = true, ["via"] = true,
}
local ACTIONS = { set = true, add = true, remove = true }


local function problem_of(item)
  local name = tostring(item.name or "")
  local lower = name:lower()
  if not ACTIONS[item.action] then
    return "no such action"
  elseif not name:find("^[%w!#$%%&'*+.^_`|~-]+$") then
    return "not the name of a field"
  elseif RESERVED[lower] or lower:find("^x%-cirrus%-") then
    return "a field of the edge's own"
  elseif item.action ~= "remove" and
      tostring(item.value):find("[%z\1-\8\10-\31\127]") then
    return "not the value of a field"
  end
  return nil
end


-- Returns nil when there is none; what can't be used is told in `problems`.
function _M.compile(list, is_valid, problems)
  local actions, has_paths = {}, false
  for _, item in ipairs(list or {}) do
    local pattern = path_pattern.compile(item.path, is_valid)
    local problem = problem_of(item) or pattern and pattern.problem
    if problem then
      problems[#problems + 1] = ("header action on %s is left out: %s"):format(
        tostring(item.name), problem)
    else
      has_paths = has_paths or pattern ~= nil
      actions[#actions + 1] = {
        kind = item.action, name = tostring(item.name),
        value = item.action ~= "remove" and tostring(item.value or "") or nil,
        pattern = pattern,
      }
    end
  end
  if #actions == 0 then
    return nil
  end
  actions.has_paths = has_paths
  return actions
end


-- Does them in their order, by `fields.set(name, value)`, `fields.add` and
-- `fields.remove`.
function _M.apply(actions, path, match, fields)
  for i = 1, #actions do
    local action = actions[i]
    if not action.pattern or
        path_pattern.is_match(action.pattern, path, match) then
      fields[action.kind](action.name, action.value)
    end
  end
end


return _M
