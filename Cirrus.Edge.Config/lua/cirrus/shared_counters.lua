-- Numbers that all workers of the node share, at the price of a memory read:
-- pages that the master maps and that the workers inherit. They are for what
-- each request must look at; everything else is in a shared dictionary.
--
--   local cells = shared_counters.array("head", 1)   -- when a module loads
--   cells[0] = 5
--
-- Cells are doubles (whole numbers up to 2^53) and begin as 0. One is written
-- and read whole, but adding to one isn't atomic: several processes that write
-- take the number from a dictionary's `incr`. What was written to a dictionary
-- before a cell is seen by who has seen the cell.
local ffi = require "ffi"


ffi.cdef [[
void *mmap(void *address, size_t length, int protection, int flags,
  int file, intptr_t offset);
int getpid(void);
]]


local C = ffi.C
local meta = ngx.shared.cirrus_link


local _M = {}


local READ_WRITE = 3
local SHARED_ANONYMOUS = 0x21


-- The same pages after a reload of nginx: workers of before and of after it
-- have them in common. Another master (an upgrade) has none of them.
local function mapped(key)
  local known = meta:get(key)
  local master, address = tostring(known):match("^(%d+) (%d+)$")
  if tonumber(master) == C.getpid() then
    return ffi.cast("void *", ffi.cast("uintptr_t", tonumber(address)))
  end
end


local function map(key, bytes)
  local pages = C.mmap(nil, bytes, READ_WRITE, SHARED_ANONYMOUS, -1, 0)
  local address = tonumber(ffi.cast("uintptr_t", pages))
  -- mmap says -1 when it fails.
  assert(address < 2 ^ 53, "no memory for shared counters")
  meta:set(key, ("%d %.0f"):format(C.getpid(), address))
  return pages
end


-- Returns `count` cells, numbered from 0, by this name. In the master only,
-- so while modules are loaded.
function _M.array(name, count)
  local key = ("counters %s %d"):format(name, count)
  local pages = mapped(key) or map(key, count * ffi.sizeof("double"))
  return ffi.cast("double *", pages)
end


return _M
