-- Bodies of objects outside Lua's heap, sent without a copy for each request:
-- `ngx.print` makes one, which for large bodies takes longer than all the rest
-- of an answer.
--
-- They are in one file in memory (memfd), each at an offset of its own that is
-- never used again; what is freed becomes a hole. The file is mapped by large
-- pieces, for a process may have some 65,000 mappings only. nginx gets a buffer
-- that is in memory, so that head and body are one write, and a large one also
-- in the file: a plain connection takes it by sendfile, TLS from memory. The
-- structs are nginx's own (ngx_buf_t, ngx_chain_t, and of ngx_file_t the
-- descriptor), the same in all its versions since 2011.
local ffi = require "ffi"
local get_request = require "resty.core.base".get_request


ffi.cdef [[
typedef struct { int descriptor; char unused[508]; } cirrus_file;
typedef struct {
  const char *pos, *last;
  int64_t file_pos, file_last;
  const char *start, *end;
  void *tag;
  cirrus_file *file;
  void *shadow;
  unsigned int flags;
  int number;
} cirrus_buffer;
typedef struct { cirrus_buffer *buffer; void *next; } cirrus_chain;
typedef struct { cirrus_chain chain; cirrus_buffer buffer; } cirrus_answer;
typedef struct { char *address; int64_t offset; size_t size; } cirrus_region;

intptr_t ngx_http_output_filter(void *request, cirrus_chain *chain);
int memfd_create(const char *name, unsigned int flags);
int64_t pwrite(int file, const void *text, size_t size, int64_t offset);
int fallocate(int file, int mode, int64_t offset, int64_t size);
void *mmap(void *address, size_t length, int protection, int flags,
  int file, intptr_t offset);
int munmap(void *address, size_t length);
]]


local C = ffi.C
local new_answer, new_region = ffi.typeof("cirrus_answer"),
  ffi.typeof("cirrus_region")
local MEMFD_CLOSE_ON_EXEC = 1
local PUNCH_HOLE_KEEP_SIZE = 3
local READ, SHARED = 1, 1
local PIECE = 268435456
local MEMORY, MEMORY_AND_FILE = 2, 2 + 16
-- Up to here the copy that a write makes costs less than sendfile's look at
-- each page, and the packet that the head has for itself then.
local MAX_COPIED = 65536
local PAGE = 4096


local _M = {}


-- Of an nginx that doesn't show its functions, or a system without memfd, the
-- bodies stay in Lua's heap.
local is_possible = pcall(function()
  return C.ngx_http_output_filter and C.memfd_create
end)


local file, piece
-- The pieces by their number in the file, with how many regions each has.
local pieces = {}


-- A worker's own, made when it is first needed.
local function open()
  local descriptor = C.memfd_create("cirrus-bodies", MEMFD_CLOSE_ON_EXEC)
  if descriptor < 0 then
    return nil
  end
  file = ffi.new("cirrus_file")
  file.descriptor = descriptor
  return file
end


-- The next piece of the file, in which regions are put from now on.
local function begin_piece()
  local number = piece and piece.number + 1 or 0
  local address = C.mmap(nil, PIECE, READ, SHARED, file.descriptor,
    number * PIECE)
  if ffi.cast("intptr_t", address) == -1 then
    return nil
  end
  piece = {
    number = number,
    address = ffi.cast("char *", address),
    used = 0,
    regions = 0,
  }
  pieces[number] = piece
  return piece
end


local function free(region)
  C.fallocate(file.descriptor, PUNCH_HOLE_KEEP_SIZE, region.offset,
    region.size)
  local number = math.floor(tonumber(region.offset) / PIECE)
  local of = pieces[number]
  of.regions = of.regions - 1
  if of.regions == 0 and of ~= piece then
    C.munmap(of.address, PIECE)
    pieces[number] = nil
  end
end


-- Returns the place of the text, which is freed when nobody refers to it; nil
-- when there is no memory for it.
function _M.put(text)
  if not is_possible or not file and not open() then
    return nil
  end
  local size = math.ceil(#text / PAGE) * PAGE
  local place = piece and piece.used + size <= PIECE and piece or begin_piece()
  if not place then
    return nil
  end
  local offset = place.number * PIECE + place.used
  if C.pwrite(file.descriptor, text, #text, offset) ~= #text then
    return nil
  end
  local address = place.address + place.used
  place.used = place.used + size
  place.regions = place.regions + 1
  return ffi.gc(new_region(address, offset, #text), free)
end


-- Sends it as the whole body, after the header was sent. What nginx has still
-- to read stays with the request, if that refers to the region.
function _M.send(ctx, region)
  local answer = new_answer()
  ctx.answer = answer
  local buffer = answer.buffer
  buffer.pos, buffer.start = region.address, region.address
  buffer.last = region.address + region.size
  buffer["end"] = buffer.last
  buffer.file = file
  buffer.file_pos = region.offset
  buffer.file_last = region.offset + region.size
  buffer.flags = region.size <= MAX_COPIED and MEMORY or MEMORY_AND_FILE
  answer.chain.buffer = buffer
  C.ngx_http_output_filter(get_request(), answer.chain)
end


return _M
