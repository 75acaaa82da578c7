-- Header fields of requests, as the operator wants origins to get them.
local expressions = require "cirrus.expressions"
local header_actions = require "cirrus.core.header_actions"
local uris = require "cirrus.core.uri"


local get_headers = ngx.req.get_headers
local clear_header, set_header = ngx.req.clear_header, ngx.req.set_header
local var = ngx.var


local _M = {}


local function is_host(name)
  return name:lower() == "host"
end


local FIELDS = {
  set = function(name, value)
    if is_host(name) then
      var.cirrus_host = value
    else
      set_header(name, value)
    end
  end,
  add = function(name, value)
    local values = get_headers(0)[name] or {}
    if type(values) ~= "table" then
      values = { values }
    end
    values[#values + 1] = value
    set_header(name, values)
  end,
  remove = function(name)
    if not is_host(name) then
      clear_header(name)
    end
  end,
}


-- The cache tier says what the client asked for, when that matters.
function _M.apply(actions)
  if actions then
    header_actions.apply(actions, uris.path(var.http_x_cirrus_path or "/"),
      expressions.match, FIELDS)
  end
end


return _M
