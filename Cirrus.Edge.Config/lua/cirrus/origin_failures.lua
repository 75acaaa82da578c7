-- What could not be connected to a moment ago, known to all workers: origins by
-- their authority, which are asked last, and nodes, which are not asked.
local dict = ngx.shared.cirrus_origins


local _M = {}


local SECONDS = 3


function _M.note(origin)
  dict:set(origin.authority, true, SECONDS)
end


function _M.is_noted(origin)
  return dict:get(origin.authority) ~= nil
end


function _M.note_node(id)
  dict:set("node " .. id, true, SECONDS)
end


function _M.is_node_noted(id)
  return dict:get("node " .. id) ~= nil
end


return _M
