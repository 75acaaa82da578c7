-- Cross-origin requests (Fetch, "CORS protocol"), answered by the edge.
local host_pattern = require "cirrus.core.host_pattern"


local _M = {}


local concat = table.concat


-- Schemes and ports stay in front of and behind the host.
local function compile_origins(list)
  local exact, wildcards = {}, {}
  for _, origin in ipairs(list) do
    origin = tostring(origin):lower()
    local scheme, host, port =
      origin:match("^(%l[%w+.-]*://)(%*%.[^:/]+)(:?%d*)$")
    if scheme then
      local key = scheme .. port
      wildcards[key] = wildcards[key] or {}
      wildcards[key][host] = true
    else
      exact[origin] = true
    end
  end
  return exact, wildcards
end


local function list_of(items)
  return items and #items > 0 and concat(items, ", ") or nil
end


function _M.compile(settings)
  if not settings then
    return nil
  end
  local exact, wildcards = compile_origins(settings.origins or {})
  return {
    exact = exact,
    wildcards = wildcards,
    any = exact["*"] == true,
    methods = list_of(settings.methods) or "GET, HEAD, POST",
    headers = list_of(settings.headers),
    all_headers = settings.headers and settings.headers[1] == "*",
    exposed = list_of(settings.exposeHeaders),
    credentials = settings.credentials == true,
    max_age = settings.maxAge or 600,
  }
end


-- Whether the origin is listed, by itself or by a wildcard.
local function is_listed(cors, origin)
  origin = origin:lower()
  if cors.exact[origin] then
    return true
  end
  local scheme, host, port = origin:match("^(%l[%w+.-]*://)([^:/@]+)(:?%d*)$")
  local set = scheme and cors.wildcards[scheme .. port]
  return set ~= nil and host_pattern.is_match(set, host)
end


-- Returns Access-Control-Allow-Origin and whether credentials are allowed;
-- nil for an origin that is not allowed. "*" allows everybody, but nobody with
-- credentials: who is allowed those is listed.
function _M.allowed(cors, origin)
  if origin and is_listed(cors, origin) and origin ~= "*" then
    return origin, cors.credentials
  elseif cors.any then
    return "*", false
  end
  return nil
end


-- Whether answers differ from origin to origin.
function _M.varies(cors)
  return not cors.any or next(cors.exact, next(cors.exact)) ~= nil or
    next(cors.wildcards) ~= nil
end


-- The value of Vary with Origin in it.
function _M.vary(value)
  if not value or value == "" then
    return "Origin"
  end
  for name in value:gmatch("[^,%s]+") do
    if name == "*" or name:lower() == "origin" then
      return value
    end
  end
  return value .. ", Origin"
end


return _M
