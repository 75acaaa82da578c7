-- Which fields of an answer 304 go onto the stored response (RFC 9111, section
-- 3.2).
local _M = {}


local FRAMING = {
  ["connection"] = true, ["content-length"] = true, ["keep-alive"] = true,
  ["proxy-connection"] = true, ["te"] = true, ["trailer"] = true,
  ["transfer-encoding"] = true, ["upgrade"] = true,
}
-- They belong to the stored body.
local OF_BODY = {
  ["content-encoding"] = true, ["content-range"] = true,
  ["content-type"] = true,
}
-- They change with each answer, and alone are no reason to store it anew.
local VOLATILE = { ["date"] = true, ["age"] = true, ["expires"] = true }


function _M.is_framing(name)
  return FRAMING[name:lower()] == true
end


-- Without it a strong tag is the same as the weak one that compression left.
local function opaque(tag)
  return tag:gsub("^W/", "")
end


function _M.is_updated(name, stored_tag, value)
  name = name:lower()
  if name == "etag" and stored_tag and type(value) == "string" then
    return opaque(stored_tag) ~= opaque(value)
  end
  return not FRAMING[name] and not OF_BODY[name] and name ~= "set-cookie" and
    not name:find("^x%-cirrus%-")
end


function _M.is_volatile(name)
  return VOLATILE[name:lower()] == true
end


-- Several lines of one field mean the same as one line with commas.
function _M.text(value)
  return type(value) == "table" and table.concat(value, ", ") or value
end


function _M.is_same(stored, value)
  return _M.text(stored) == _M.text(value)
end


return _M
