-- Members of a document whose type a request depends on. What is wrong ends the
-- compiling of the document with an error that names it.
local _M = {}


-- A number of at least `least`; `default` when it is absent.
function _M.number(value, default, least, name)
  if value == nil then
    return default
  elseif type(value) ~= "number" or value < least then
    error(name .. " must be a number of " .. least .. " or more", 0)
  end
  return value
end


function _M.text(value, name)
  if type(value) ~= "string" then
    error(name .. " must be a text", 0)
  end
  return value
end


return _M
