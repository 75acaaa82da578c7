-- Whether the cache's disk has room: nginx ends a request whose answer it can't
-- write there, so a node without room must not be named.
local link = require "cirrus.link"
local settings = require "cirrus.settings"


local log, ERR, NOTICE = ngx.log, ngx.ERR, ngx.NOTICE
local io_open, remove = io.open, os.remove


local _M = {}


local PATH = settings.data .. "/cache/room"
local CONTENT = ("\0"):rep(1048576)
local INTERVAL = 2


local function try()
  local file, err = io_open(PATH, "w")
  if not file then
    return nil, err
  end
  local written, write_err = file:write(CONTENT)
  local closed, close_err = file:close()
  remove(PATH)
  return written and closed, write_err or close_err
end


local function look()
  local has_room, err = try()
  local had_room = not link.problem("disk")
  if has_room and not had_room then
    log(NOTICE, "the cache's disk has room again")
  elseif not has_room and had_room then
    log(ERR, "the cache's disk takes nothing: ", err)
  end
  link.set_problem("disk", not has_room and "no room on disk" or nil)
end


function _M.watch()
  assert(ngx.timer.every(INTERVAL, look))
end


return _M
