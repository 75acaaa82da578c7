-- Header fields of an origin's answer that no client is to get as they are.
local merge = require "cirrus.core.merge"


local header, var = ngx.header, ngx.var
local http_version = ngx.req.http_version


local _M = {}


-- What begins with no status line nginx passes on as HTTP/0.9, octet by octet
-- and without a header that anybody could wait for.
function _M.are_missing()
  return http_version() < 1
end


-- RFC 9111, section 3.1: what an origin says of its connection only.
function _M.drop_of_connection()
  local connection = var.upstream_http_connection
  if connection and connection ~= "keep-alive" and connection ~= "close" then
    for name in connection:gmatch("[^,%s]+") do
      if not merge.is_framing(name) then
        header[name] = nil
      end
    end
  end
end


-- nginx's variables show the first line of a field only.
function _M.join_lines(name)
  local value = header[name]
  if type(value) == "table" then
    header[name] = merge.text(value)
  end
end


return _M
