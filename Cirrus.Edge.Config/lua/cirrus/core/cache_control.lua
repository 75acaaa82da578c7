-- Directives of Cache-Control and of the fields that are for CDNs only.
local dictionary = require "cirrus.core.structured_dictionary"


local _M = {}


local function without_commas(quoted)
  return (quoted:gsub(",", " "))
end


-- Directives by lower-case name; those without value are "". Of a repeated
-- one the smaller number counts.
function _M.parse(value)
  local directives = {}
  value = value:gsub('"([^"]*)"', without_commas)
  for part in value:gmatch("[^,]+") do
    local name, argument = part:match("^%s*([^=%s]+)%s*=?%s*(.-)%s*$")
    if name then
      name = name:lower()
      local known = tonumber(directives[name])
      local given = tonumber(argument)
      if not (known and given and known <= given) then
        directives[name] = argument
      end
    end
  end
  return directives
end


local SECONDS = {
  ["max-age"] = true, ["s-maxage"] = true, ["stale-if-error"] = true,
  ["stale-while-revalidate"] = true,
}


-- The same of a field for CDNs (RFC 9213): nil when it is malformed or has an
-- argument of the wrong type, and is to be passed over.
function _M.parse_targeted(value)
  local members = dictionary.parse(value)
  if not members or not next(members) then
    return nil
  end
  local directives = {}
  for name, member in pairs(members) do
    local argument, kind = member[1], member[2]
    if SECONDS[name] then
      if kind ~= "number" or argument < 0 or argument % 1 ~= 0 then
        return nil
      end
      directives[name] = ("%.0f"):format(argument)
    elseif argument ~= false then
      directives[name] = argument == true and "" or tostring(argument)
    end
  end
  return directives
end


-- The seconds of an argument. What can't be read counts as none: stale at
-- once.
function _M.seconds(argument)
  local value = argument and argument:match("^%d+$")
  return value and tonumber(value) or 0
end


return _M
