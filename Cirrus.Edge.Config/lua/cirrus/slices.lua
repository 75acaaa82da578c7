-- Large files in parts (conf/slices.conf): the location has the size of them,
-- so the request moves there, and with it what is known of it.
local moves = require "cirrus.moves"


local var = ngx.var


local _M = {}


local SMALLEST, LARGEST = 65536, 16777216


-- The largest size there is a location for that is not above the wanted one.
local function size_of(wanted)
  local size = SMALLEST
  while size * 2 <= wanted and size < LARGEST do
    size = size * 2
  end
  return size
end


function _M.enter(ctx, wanted)
  local size = size_of(wanted)
  var.cirrus_sliced = size
  var.cirrus_key = var.cirrus_key .. " " .. size .. " "
  return moves.to("@slices_" .. size, ctx)
end


function _M.access()
  ngx.ctx = moves.context()
  moves.forget()
end


return _M
