-- From HTTP to HTTPS.
local _M = {}


-- 301 lets clients turn POST into GET, 308 does not (RFC 9110, section 15.4.9).
function _M.status(method)
  return (method == "GET" or method == "HEAD") and 301 or 308
end


-- `target` is path and query as the client sent them.
function _M.location(host, port, target)
  return "https://" .. host .. (port == "443" and "" or ":" .. port) .. target
end


return _M
