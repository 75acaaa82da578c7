-- What is known of a request, on its way to another location: nginx gives it a
-- new context there.
local var = ngx.var


local _M = {}


local contexts, last = {}, 0


function _M.to(location, ctx)
  last = last + 1
  local name = tostring(last)
  contexts[name] = ctx
  var.cirrus_context = name
  return ngx.exec(location)
end


-- In the location, once for each redirect there.
function _M.context()
  return contexts[var.cirrus_context]
end


-- When the request goes nowhere else.
function _M.forget()
  contexts[var.cirrus_context] = nil
end


return _M
