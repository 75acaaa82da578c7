-- Requests that turn their connection into one of another protocol (RFC 9110,
-- section 7.8), such as WebSocket: they pass both tiers, and are never cached.
local get_method = ngx.req.get_method
local var = ngx.var


local _M = {}


-- Such a connection may be silent for an hour.
_M.TIMES = { connect = 3, send = 3600, read = 3600 }
-- What would take requests past the edge: HTTP itself, and TLS.
local REFUSED = { h2c = true, http = true, tls = true }


-- In the cache tier, before the fields of the client's connection go. Returns
-- whether the request is one.
function _M.prepare()
  local protocol = var.http_upgrade
  if not protocol or get_method() ~= "GET" then
    return false
  end
  local name = protocol:match("^([%w!#$%%&'*+.^_`|~-]+)/?[%w.-]*$")
  local connection = var.http_connection
  if not name or REFUSED[name:lower()] or not connection or
      not connection:lower():find("upgrade", 1, true) then
    return false
  end
  var.cirrus_upgrade = protocol
  var.cirrus_connection = "upgrade"
  return true
end


-- In the cache tier: nginx does not pass this field on.
function _M.add_header()
  if ngx.status == 101 then
    ngx.header["Upgrade"] = var.upstream_http_upgrade
  end
end


-- In the origin tier: the cache tier has looked at it.
function _M.is_wanted()
  return var.http_upgrade ~= nil
end


return _M
