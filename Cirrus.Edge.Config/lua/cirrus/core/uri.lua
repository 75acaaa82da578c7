-- One spelling for each resource (RFC 3986, section 6.2.2): it is what the
-- cache is keyed by, what a purge names and what the origin is asked for.
local _M = {}


local byte, char, find = string.byte, string.char, string.find
local format, gsub, sub = string.format, string.gsub, string.sub
local concat = table.concat


local UNRESERVED = "^[%w%-%._~]$"
local UNSAFE = "[^%w%-%._~!$&'()*+,;=:@/%%]"
local UNSAFE_IN_QUERY = "[^%w%-%._~!$&'()*+,;=:@/%%?]"


local function percent(letter)
  return format("%%%02X", byte(letter))
end


-- A "%" that starts no escape becomes "%25", so that what follows can never
-- be read as an escape by the next reader.
local function unescape(hex)
  if #hex < 2 then
    return "%25" .. hex
  end
  local letter = char(tonumber(hex, 16))
  if find(letter, UNRESERVED) then
    return letter
  end
  return "%" .. hex:upper()
end


local function normalise(text, unsafe)
  if find(text, "%", 1, true) then
    text = gsub(text, "%%(%x?%x?)", unescape)
  end
  if find(text, unsafe) then
    text = gsub(text, unsafe, percent)
  end
  return text
end


local function remove_dot_segments(path)
  local segments, depth = {}, 0
  local last
  for segment in path:gmatch("/([^/]*)") do
    last = segment
    if segment == ".." then
      segments[depth] = nil
      depth = depth > 0 and depth - 1 or 0
    elseif segment ~= "." then
      depth = depth + 1
      segments[depth] = segment
    end
  end
  local trailing = (last == "." or last == "..") and depth > 0
  return "/" .. concat(segments, "/", 1, depth) .. (trailing and "/" or "")
end


-- Returns path and query in canonical form; a fragment is dropped.
function _M.canonical(uri)
  local fragment = find(uri, "#", 1, true)
  if fragment then
    uri = sub(uri, 1, fragment - 1)
  end

  local mark = find(uri, "?", 1, true)
  local path = mark and sub(uri, 1, mark - 1) or uri
  if byte(path) ~= 47 then
    path = "/" .. path
  end
  path = normalise(path, UNSAFE)
  if find(path, "/.", 1, true) then
    path = remove_dot_segments(path)
  end
  if not mark then
    return path
  end
  return path .. "?" .. normalise(sub(uri, mark + 1), UNSAFE_IN_QUERY)
end


-- The canonical URI that a reference means (RFC 3986, section 5.2) in an answer
-- to `base`; nil when it is on another host or of another kind.
function _M.resolve(reference, host, base)
  local scheme, rest = reference:match("^(%a[%w+.%-]*):(.*)$")
  if scheme and not scheme:lower():find("^https?$") then
    return nil
  end
  reference = scheme and rest or reference
  local authority, path = reference:match("^//([^/?#]*)(.*)$")
  if authority then
    if authority:gsub(":%d*$", ""):lower() ~= host then
      return nil
    end
    reference = path == "" and "/" or path
  elseif scheme then
    return nil
  end
  local first = byte(reference)
  if first == 47 then
    return _M.canonical(reference)
  elseif not first or first == 35 then
    return base
  elseif first == 63 then
    return _M.canonical(_M.path(base) .. reference)
  end
  return _M.canonical(_M.path(base):match("^(.*/)") .. reference)
end


-- For prefixes: an escape cut short at the end is left out, which makes the
-- prefix wider; it would match nothing otherwise.
function _M.canonical_prefix(prefix)
  return _M.canonical((gsub(prefix, "%%%x?$", "")))
end


local function decode(hex)
  return char(tonumber(hex, 16))
end


-- A canonical path as origins may read it that are less strict: they decode
-- all escapes, take "\\" for "/", several slashes for one, and leave out what
-- is behind ";". Nil when that can't be another path.
function _M.loose(path)
  if not find(path, "[%%;]") and not find(path, "//", 1, true) then
    return nil
  end
  local text = gsub(path, "%%(%x%x)", decode)
  text = gsub(text, "\\", "/")
  text = gsub(text, ";[^/]*", "")
  return remove_dot_segments((gsub(text, "//+", "/")))
end


-- The path of a canonical URI.
function _M.path(uri)
  local mark = find(uri, "?", 1, true)
  return mark and sub(uri, 1, mark - 1) or uri
end


return _M
