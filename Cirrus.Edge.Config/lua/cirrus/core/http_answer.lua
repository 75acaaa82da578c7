-- The head of an HTTP answer, line by line, and which of a request's fields
-- another request for the same object carries.
local _M = {}


-- Says that an answer is in place of an origin's that was not asked.
_M.NOT_ASKED = "X-Cirrus-Not-Asked"


-- The status of a status line; nil when it is none.
function _M.status(line)
  return tonumber(line:match("^HTTP/%d%.%d (%d%d%d)"))
end


-- Adds a line to fields by lower-case name; several lines of one field mean
-- the same as one with commas.
function _M.add_field(fields, line)
  local name, value = line:match("^([^:%s]+):%s*(.-)%s*$")
  if name then
    name = name:lower()
    fields[name] = fields[name] and fields[name] .. ", " .. value or value
  end
end


-- Of one connection, one message or one client's copy.
local OWN = {
  ["connection"] = true, ["content-length"] = true, ["expect"] = true,
  ["host"] = true, ["keep-alive"] = true, ["proxy-connection"] = true,
  ["te"] = true, ["trailer"] = true, ["transfer-encoding"] = true,
  ["upgrade"] = true, ["http2-settings"] = true,
  ["if-match"] = true, ["if-none-match"] = true, ["if-range"] = true,
  ["if-modified-since"] = true, ["if-unmodified-since"] = true,
  ["range"] = true, ["cache-control"] = true, ["pragma"] = true,
}


-- Fields by name, each with a value or a list of values, as a list of pairs.
function _M.for_another(fields)
  local list = {}
  for name, values in pairs(fields) do
    local lower = name:lower()
    if not OWN[lower] and not lower:find("^x%-cirrus%-") then
      values = type(values) == "table" and values or { values }
      for _, value in ipairs(values) do
        value = tostring(value)
        if not value:find("[\r\n]") then
          list[#list + 1] = { name, value }
        end
      end
    end
  end
  return list
end


return _M
