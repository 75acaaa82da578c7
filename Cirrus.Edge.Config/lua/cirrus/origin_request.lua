-- What a request of the cache tier says to the origin tier: its
-- X-Cirrus-Request is "{policy} {domain}", where the policy "off" stores
-- nothing, and "probe" asks no origin.
local cache_policy = require "cirrus.core.cache_policy"
local domains = require "cirrus.domains"
local recent = require "cirrus.core.recent"


local find, sub = string.find, string.sub
local get_method, var = ngx.req.get_method, ngx.var


local _M = {}


-- RFC 9110, section 9.2.2.
local IDEMPOTENT = {
  GET = true, HEAD = true, OPTIONS = true, PUT = true, DELETE = true,
}


-- What was said lately, taken apart: all requests of a rule say the same.
local MAX_KNOWN = 1000
local known = recent.new(MAX_KNOWN)
local NOTHING = { policy_text = "off" }


local function take_apart(text)
  local space = find(text, " ", 1, true) or #text + 1
  local said = { policy_text = sub(text, 1, space - 1) }
  if space < #text then
    said.name = sub(text, space + 1)
  end
  if said.policy_text ~= "off" then
    said.policy = cache_policy.decode(said.policy_text)
  end
  known:set(text, said)
  return said
end


local function said()
  local text = var.http_x_cirrus_request
  return text and (known:get(text) or take_apart(text)) or NOTHING
end


-- Returns the domain, nil when there is none of that name, and the name.
function _M.domain()
  local name = said().name
  return name and domains.named(name), name
end


-- Also that of a probe's.
function _M.domain_name()
  return said().name:match("[^/]+$")
end


-- How the answer is to be stored; nil when it is not.
function _M.policy()
  return said().policy
end


function _M.is_probe()
  return said().policy_text == "probe"
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
