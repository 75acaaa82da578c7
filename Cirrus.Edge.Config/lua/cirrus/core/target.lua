-- Where a redirect or a rewrite leads: a path, or a URL, with $1 to $9 for what
-- a regular expression captured. Clients choose what is captured, so it can
-- never change the host that the operator wrote, nor add a parameter.
local _M = {}


local find, format, gsub, match = string.find, string.format, string.gsub,
  string.match
local byte, sub = string.byte, string.sub


local CAPTURE = "%$([1-9])"


-- Behind a host that ends without "/" a capture is the beginning of the path.
local function split_authority(rest)
  local authority, path = match(rest, "^([^/]*)(.*)$")
  local host, capture = match(authority, "^([^$]*[^.$])(%$[1-9].*)$")
  if host and not find(capture, ".", 1, true) then
    return host, capture .. path
  end
  return authority, path
end


-- Returns the target; nil and why it is none.
function _M.compile(to)
  if type(to) ~= "string" or find(to, "[%c%s\\\"<>]") then
    return nil, "not a path or URL"
  end
  local text, fragment = match(to, "^([^#]*)(.*)$")
  local base, query = match(text, "^([^?]*)%??(.*)$")
  local target = {
    query = find(text, "?", 1, true) and query or nil,
    fragment = fragment,
  }
  local scheme, rest = match(base, "^([hH][tT][tT][pP][sS]?://)(.*)$")
  if scheme then
    target.scheme = scheme:lower()
    target.authority, target.path = split_authority(rest)
    if target.authority == "" then
      return nil, "a URL without host"
    end
  elseif sub(base, 1, 1) == "/" and sub(base, 2, 2) ~= "/" then
    target.path = base
  else
    return nil, "neither a path nor a URL"
  end
  return target
end


local function fill(text, captures)
  return (gsub(text, CAPTURE, function(digit)
    return captures[tonumber(digit)] or ""
  end))
end


local function percent(letter)
  return format("%%%02X", byte(letter))
end


-- A captured "&" must not begin another parameter.
local function fill_query(text, captures)
  return (gsub(text, CAPTURE, function(digit)
    local value = captures[tonumber(digit)] or ""
    return (gsub(value, "[&=+;]", percent))
  end))
end


-- Part of a host is letters, digits and hyphens.
local function fill_authority(text, captures)
  local is_safe = true
  local filled = gsub(text, CAPTURE, function(digit)
    local value = captures[tonumber(digit)] or ""
    is_safe = is_safe and find(value, "^[%w-]+$") ~= nil
    return value
  end)
  return is_safe and filled or nil
end


-- `query` is that of the request, without "?", or nil. Returns nil when what
-- was captured must not stand where the target has it.
function _M.expand(target, captures, query)
  local path = fill(target.path, captures) .. (captures.rest or "")
  local origin = ""
  if target.authority then
    local authority = fill_authority(target.authority, captures)
    if not authority then
      return nil
    end
    origin = target.scheme .. authority
    if path ~= "" and sub(path, 1, 1) ~= "/" then
      path = "/" .. path
    end
  else
    -- "//host" would be another host.
    path = gsub(path, "^/+", "/")
  end
  if target.query then
    query = fill_query(target.query, captures)
  end
  if query and query ~= "" then
    path = path .. "?" .. query
  end
  return origin .. path .. fill(target.fragment, captures)
end


return _M
