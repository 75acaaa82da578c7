-- The part of a query that counts: what is left out neither divides the cache
-- nor reaches the origin.
local has_name = require "cirrus.core.cache_policy".has_name


local _M = {}


local function is_kept(policy, name)
  if policy.mode == "all" then
    return true
  end
  return has_name(policy.names, name) == (policy.mode == "allow")
end


-- Whoever sorts keeps the order of parameters with the same name.
local function sort(parameters)
  for i, parameter in ipairs(parameters) do
    parameter.position = i
  end
  table.sort(parameters, function(a, b)
    if a.name ~= b.name then
      return a.name < b.name
    end
    return a.position < b.position
  end)
end


-- A canonical URI with what the policy keeps of its query.
function _M.reduce(uri, policy)
  local mark = uri:find("?", 1, true)
  if not mark then
    return uri
  end
  local path = uri:sub(1, mark - 1)
  if policy.mode == "none" then
    return path
  end
  local kept = {}
  for text in uri:sub(mark + 1):gmatch("[^&]+") do
    local name = text:match("^[^=]*")
    if is_kept(policy, name) then
      kept[#kept + 1] = { name = name, text = text }
    end
  end
  if policy.is_sorted then
    sort(kept)
  end
  for i, parameter in ipairs(kept) do
    kept[i] = parameter.text
  end
  return #kept > 0 and path .. "?" .. table.concat(kept, "&") or path
end


return _M
