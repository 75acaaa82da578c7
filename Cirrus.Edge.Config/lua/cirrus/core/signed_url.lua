-- Signed URLs. Who has a key signs the lines
--
--   cirrus-v1, the host, the time of expiry, and what is allowed:
--   "uri " and path and query without the parameters below, or
--   "prefix " and what the path begins with
--
-- and adds them to the query, with the name of the key.
local path_pattern = require "cirrus.core.path_pattern"
local uris = require "cirrus.core.uri"


local _M = {}


local byte, char = string.byte, string.char
local concat = table.concat


local OURS = {
  ["cirrus-expires"] = "expires", ["cirrus-key"] = "key",
  ["cirrus-prefix"] = "prefix", ["cirrus-signature"] = "signature",
}


local function unescape(text)
  return (text:gsub("%%(%x%x)", function(hex)
    return char(tonumber(hex, 16))
  end))
end


-- Takes a canonical URI apart: returns it without our parameters, and these by
-- name, `is_broken` when one of them is there twice.
function _M.parse(uri)
  local signed = {}
  local path, query = uri:match("^([^?]*)%?(.*)$")
  if not query then
    return uri, signed
  end
  local others = {}
  for parameter in (query .. "&"):gmatch("([^&]*)&") do
    local name, value = parameter:match("^([^=]*)=?(.*)$")
    local ours = OURS[unescape(name)]
    if ours then
      signed.is_broken = signed.is_broken or signed[ours] ~= nil
      signed[ours] = unescape(value)
    else
      others[#others + 1] = parameter
    end
  end
  if not next(signed) then
    return uri, signed
  end
  if signed.prefix then
    signed.prefix = uris.canonical_prefix(signed.prefix)
  end
  return #others > 0 and path .. "?" .. concat(others, "&") or path, signed
end


-- The text that is signed.
function _M.text(host, uri, signed)
  local scope = signed.prefix and "prefix " .. signed.prefix or "uri " .. uri
  return ("cirrus-v1\n%s\n%s\n%s"):format(host, signed.expires, scope)
end


-- Takes as long wherever the texts differ.
function _M.is_equal(one, other)
  if #one ~= #other then
    return false
  end
  local difference = 0
  for i = 1, #one do
    difference = difference + (byte(one, i) - byte(other, i)) ^ 2
  end
  return difference == 0
end


-- Whether a path begins with the prefix, also as a less strict origin may read
-- it.
local function is_within(path, prefix)
  local pattern, loose = path_pattern.compile(prefix), uris.loose(path)
  return path_pattern.is_match(pattern, path) and
    (not loose or path_pattern.is_loose_match(pattern, loose))
end


-- Returns true, or false and why not. `hmac(key id, text)` returns the digest
-- in hexadecimal digits, or nil when there is no such key.
function _M.check(host, uri, signed, now, hmac)
  if not signed.signature or not signed.expires or not signed.key then
    return false, "The URL is not signed."
  end
  local expected = not signed.is_broken and signed.expires:find("^%d+$") and
    hmac(signed.key, _M.text(host, uri, signed))
  if not expected or not _M.is_equal(expected, signed.signature:lower()) then
    return false, "The URL's signature is wrong."
  end
  local prefix = signed.prefix
  if prefix and not is_within(uris.path(uri), prefix) then
    return false, "The URL's signature is for another path."
  elseif now > tonumber(signed.expires) then
    return false, "The URL has expired."
  end
  return true
end


return _M
