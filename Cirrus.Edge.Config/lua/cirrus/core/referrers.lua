-- Whose pages may embed what a domain serves.
local host_pattern = require "cirrus.core.host_pattern"


local _M = {}


function _M.compile(settings)
  if not settings then
    return nil
  end
  return {
    allowed = host_pattern.compile(settings.allow),
    allow_empty = settings.allowEmpty ~= false,
  }
end


-- Host of the URL in Referer, lower case, without user and port; nil when that
-- is none of HTTP.
local function host_of(referrer)
  local authority = referrer:lower():match("^https?://([^/?#\\]+)")
  local host = authority and authority:match("([^@]+)$")
  return host and host:gsub(":%d*$", ""):gsub("%.$", "")
end


-- `host` is the request's own: a page may embed what is beside it.
function _M.is_allowed(compiled, referrer, host)
  if not referrer or referrer == "" then
    return compiled.allow_empty
  end
  local from = host_of(referrer)
  return from ~= nil and
    (from == host or host_pattern.is_match(compiled.allowed, from))
end


return _M
