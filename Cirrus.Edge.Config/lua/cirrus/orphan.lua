-- nginx's workers live on when their master is killed: they would serve
-- without anybody to restart them and keep the port from the next master.
local ffi = require "ffi"


ffi.cdef [[
int getppid(void);
int getpid(void);
int kill(int pid, int sig);
]]


local C = ffi.C
local INTERVAL = 0.25
local SIGTERM = 15


local _M = {}


local master


-- In the master.
function _M.remember_master()
  master = C.getpid()
end


-- In each worker.
function _M.watch()
  assert(ngx.timer.every(INTERVAL, function()
    if C.getppid() ~= master then
      ngx.log(ngx.ERR, "the master process is gone, so this worker ends")
      C.kill(C.getpid(), SIGTERM)
    end
  end))
end


return _M
