-- Requests that ask for something of the cache. Where the operator's ttl
-- overrides the origin, it overrides them, too.
local directives = require "cirrus.core.request_directives"
local fields = require "cirrus.request_fields"
local stored = require "cirrus.stored"


local time, var = ngx.time, ngx.var


local _M = {}


-- What sends the request past the cache, if something does.
function _M.bypass(plan)
  local text, pragma = fields.read("Cache-Control"), var.http_pragma
  if var.http_authorization then
    return "authorization"
  elseif not text and not pragma or plan.policy.override then
    return nil
  end
  local cc = directives.parse(text, pragma)
  if not cc then
    return nil
  end
  local born, ends
  if directives.needs_object(cc) then
    born, ends = stored.find(plan.key)
  end
  return directives.obstacle(cc, time(), born, ends)
end


return _M
