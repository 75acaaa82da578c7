-- Whether a request asks for anything special, by one look at the names of its
-- fields: nginx looks at all of them for each variable that is one.
local ffi = require "ffi"
local get_request = require "resty.core.base".get_request
-- Declares what is called here.
require "resty.core.request"


local C = ffi.C
local to_string = ffi.string


local _M = {}


-- What asks for more than the object at a URI. nginx heeds If-None-Match or
-- If-Modified-Since by itself, whatever the object comes from.
local SPECIAL = {
  ["authorization"] = true, ["cache-control"] = true, ["cdn-loop"] = true,
  ["content-length"] = true, ["if-match"] = true,
  ["if-unmodified-since"] = true, ["pragma"] = true, ["range"] = true,
  ["transfer-encoding"] = true, ["upgrade"] = true, ["x-cirrus-inner"] = true,
}
-- Of a request with more fields it is as good as known that it is special.
local MAX = 100
local LOWER_CASE = 0


local fields = ffi.new("ngx_http_lua_ffi_table_elt_t[?]", MAX)
local truncated = ffi.new("int[1]")


-- Returns whether the request has a special field, and whether it has a
-- Connection field.
function _M.look()
  local request = get_request()
  local count = C.ngx_http_lua_ffi_req_get_headers_count(request, MAX,
    truncated)
  if truncated[0] ~= 0 then
    return true, true
  end
  C.ngx_http_lua_ffi_req_get_headers(request, fields, count, LOWER_CASE)
  local is_special, has_connection, conditions = false, false, 0
  for i = 0, count - 1 do
    local key = fields[i].key
    local name = to_string(key.data, key.len)
    if SPECIAL[name] then
      is_special = true
    elseif name == "connection" then
      has_connection = true
    elseif name == "if-none-match" or name == "if-modified-since" then
      conditions = conditions + 1
    end
  end
  -- A tag beside a date: the tag alone counts.
  return is_special or conditions > 1, has_connection
end


return _M
