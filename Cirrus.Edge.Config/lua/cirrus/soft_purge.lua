-- Objects that were softly purged stay under their keys: they are served while
-- they are fetched anew.
local epochs = require "cirrus.core.epochs"
local background = require "cirrus.background"
local stream_id = require "cirrus.core.stream_id"
local tag_index = require "cirrus.tag_index"


local is_newer = stream_id.is_newer
local time, var = ngx.time, ngx.var


local _M = {}


-- For an object that was found: since how many seconds it has been purged (at
-- least 1), or nil when it is not. What it may have missed while it was on its
-- way from the origin counts.
function _M.age(plan)
  local compiled = plan.domain.epochs
  if not compiled.newest_soft or plan.policy.slice then
    return nil
  end
  local fetched = var.upstream_http_x_cirrus_applied
  if not is_newer(compiled.newest_soft, fetched) then
    return nil
  end
  local epoch = epochs.find_soft(compiled, plan.host, plan.uri,
    plan.policy.query, tag_index.of_response())
  if not epoch or not is_newer(epoch, fetched) then
    return nil
  end
  return math.max(1, time() - math.floor(stream_id.parse(epoch) / 1000))
end


function _M.refresh(ctx)
  background.refresh(var.host, ctx.server_name and "https" or "http",
    ctx.uri or var.request_uri, var.upstream_http_x_cirrus_object .. " " ..
    (var.upstream_http_x_cirrus_applied or ""), ngx.req.get_headers(0, true))
end


return _M
