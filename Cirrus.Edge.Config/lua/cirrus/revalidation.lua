-- Refreshing a stored object with a validator (conf/revalidation.conf, decision
-- 29). The cache tier asks with the validators of the stored object; where it
-- caches, those of clients never come so far.
local clear_header = ngx.req.clear_header
local var = ngx.var


local _M = {}


function _M.is_one()
  return (var.http_if_none_match or var.http_if_modified_since) and
    not var.http_x_cirrus_hop and
    (var.http_x_cirrus_request or "off "):sub(1, 4) ~= "off "
end


-- What the answer 304 said goes along to the stored object.
function _M.merge()
  var.cirrus_fields = var.upstream_http_x_cirrus_fields
end


-- The stored object is gone: the request goes on as one for the whole.
function _M.forget()
  clear_header("If-None-Match")
  clear_header("If-Modified-Since")
end


return _M
