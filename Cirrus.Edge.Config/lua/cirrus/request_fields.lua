-- A client's header fields and body, as far as they bear on which object is
-- meant.
local encodings = require "cirrus.encodings"


local concat = table.concat
local clear_header, set_header = ngx.req.clear_header, ngx.req.set_header
local discard_body, get_headers = ngx.req.discard_body, ngx.req.get_headers
local http_version, var = ngx.req.http_version, ngx.var


local _M = {}


-- A header value of the request; several lines as one. nginx's variables have
-- all of them for few fields, cookies among them.
function _M.read(name)
  local value = var["http_" .. name:lower():gsub("-", "_")]
  if value and name ~= "Cookie" then
    value = get_headers(0)[name:lower()]
  end
  return type(value) == "table" and concat(value, ", ") or value
end


-- What a body says is no part of the key, but some origins heed it in a GET.
function _M.have_body()
  local length = var.http_content_length
  return length and tonumber(length) ~= 0 or var.http_transfer_encoding
end


-- From HTTP/2 on a body needs no header field that announces it.
function _M.drop_hidden_body(ctx)
  if ctx.server_name and http_version() >= 2 then
    discard_body()
  end
end


-- Fields in a spelling that many requests share, before the object is looked
-- for.
function _M.normalise(plan)
  -- RFC 9110, section 13.2.2: the tag alone counts; nginx would ask for both.
  if var.http_if_none_match then
    clear_header("If-Modified-Since")
  end
  local encoding = var.http_accept_encoding
  if encoding then
    local wanted = plan.policy.slice and "" or encodings.of(encoding)
    if wanted == "" then
      clear_header("Accept-Encoding")
    elseif wanted ~= encoding then
      set_header("Accept-Encoding", wanted)
    end
  end
end


return _M
