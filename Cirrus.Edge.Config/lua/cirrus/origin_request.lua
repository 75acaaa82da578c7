-- What a request of the cache tier says to the origin tier: its
-- X-Cirrus-Request is "{policy} {domain}", where the policy "off" stores
-- nothing, and "probe" asks no origin.
local domains = require "cirrus.domains"


local find, match, sub = string.find, string.match, string.sub
local get_method, var = ngx.req.get_method, ngx.var


local _M = {}


-- RFC 9110, section 9.2.2.
local IDEMPOTENT = {
  GET = true, HEAD = true, OPTIONS = true, PUT = true, DELETE = true,
}


-- Returns the domain, nil when there is none of that name, and the name.
function _M.domain()
  local text = var.http_x_cirrus_request
  local space = text and find(text, " ", 1, true)
  local name = space and sub(text, space + 1)
  return name and domains.named(name), name
end


function _M.policy_text()
  return match(var.http_x_cirrus_request or "off", "^%S+")
end


function _M.is_probe()
  return sub(var.http_x_cirrus_request, 1, 6) == "probe "
end


-- Whether the request may be sent twice: to another origin, or over a kept
-- connection, which may turn out to be closed. A body is sent once, as it
-- comes.
function _M.is_repeatable()
  if not IDEMPOTENT[get_method()] or var.http_transfer_encoding then
    return false
  end
  local length = var.http_content_length
  return not length or length == "0"
end


return _M
