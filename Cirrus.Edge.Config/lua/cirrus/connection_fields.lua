-- Header fields that belong to the client's connection only (RFC 9110, section
-- 7.6.1). They go before anything is keyed: a field that Vary names must be
-- the same for the cache as for the origin.
local clear_header = ngx.req.clear_header
local var = ngx.var


local _M = {}


-- What no client may have removed by naming it in its Connection field; the
-- last one is for nginx, which sends it on only where we say so.
local PROTECTED = {
  ["authorization"] = true, ["cdn-loop"] = true, ["content-length"] = true,
  ["cookie"] = true, ["host"] = true, ["transfer-encoding"] = true,
  ["via"] = true, ["upgrade"] = true,
}
-- What nearly all clients say names no field.
local PLAIN = { ["keep-alive"] = true, ["close"] = true }


local function is_protected(name)
  return PROTECTED[name] or name:find("^x%-cirrus%-") or
    name:find("^x%-forwarded%-")
end


function _M.drop()
  local connection = var.http_connection
  if not connection or PLAIN[connection] then
    return
  end
  for name in connection:gmatch("[^,%s]+") do
    if not is_protected(name:lower()) then
      clear_header(name)
    end
  end
end


return _M
