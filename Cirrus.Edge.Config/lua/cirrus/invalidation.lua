-- What a successful unsafe request makes invalid (RFC 9111, section 4.4), on
-- this node: its own URI, and those on the same host that the answer names.
--
-- The marks are numbers in a page of the data folder that all workers have in
-- their memory, one for all URIs that share a slot. A mark is part of the key
-- of what is stored, so changing it makes the object unreachable; decision 30
-- says why nothing is looked up by name.
local bit = require "bit"
local ffi = require "ffi"
local settings = require "cirrus.settings"
local uris = require "cirrus.core.uri"


ffi.cdef [[
void *mmap(void *address, size_t length, int protection, int flags, int file,
  long offset);
int open(const char *path, int flags, ...);
int ftruncate(int file, long length);
int close(int file);
]]


local C = ffi.C
local crc32, var = ngx.crc32_long, ngx.var


local _M = {}


local SLOTS = 65536
_M.SLOTS = SLOTS
local O_RDWR, O_CREAT, OWNER = 2, 64, tonumber("600", 8)
local PROT_READ_WRITE, MAP_SHARED = 3, 1
-- The first slot counts, so that no mark is ever used twice.
local COUNTER = 0


local marks


-- In the master: the workers inherit the page.
function _M.prepare()
  local length = SLOTS * ffi.sizeof("double")
  local file = C.open(settings.data .. "/invalidated", bit.bor(O_RDWR, O_CREAT),
    ffi.cast("int", OWNER))
  assert(file >= 0 and C.ftruncate(file, length) == 0,
    "can't write the file of invalidations in the data folder")
  local page = C.mmap(nil, length, PROT_READ_WRITE, MAP_SHARED, file, 0)
  C.close(file)
  assert(ffi.cast("intptr_t", page) ~= -1, "no memory for invalidations")
  marks = ffi.cast("double *", page)
end


-- The slot of a canonical URI of a host.
function _M.slot(host, uri)
  return 1 + crc32(host .. uri) % (SLOTS - 1)
end


function _M.mark(slot)
  return marks[slot]
end


local SAFE = {
  GET = true, HEAD = true, OPTIONS = true, TRACE = true, PROPFIND = true,
  REPORT = true, SEARCH = true,
}


function _M.is_caused_by(method)
  return not SAFE[method]
end


local function invalidate(slot)
  local mark = marks[COUNTER] + 1
  marks[COUNTER] = mark
  marks[slot] = mark
end


-- After the answer to an unsafe request has come, without an error.
function _M.after(plan)
  invalidate(plan.slot)
  for _, reference in ipairs({
    var.upstream_http_location, var.upstream_http_content_location,
  }) do
    local uri = uris.resolve(reference, plan.host, plan.uri)
    if uri then
      invalidate(_M.slot(plan.host, uri))
    end
  end
end


return _M
