-- Sends a body without a copy of it for each request: nginx gets the address of
-- the text that Lua has. `ngx.print` copies it, which for large bodies takes
-- longer than all the rest of an answer.
--
-- The structs are nginx's own, the same since its version 0.8; they and the text
-- have to stay until nginx has sent everything, so they are in the request's
-- context.
local ffi = require "ffi"
local get_request = require "resty.core.base".get_request


ffi.cdef [[
typedef struct {
  const char *pos, *last;
  int64_t file_pos, file_last;
  const char *start, *end;
  void *tag, *file, *shadow;
  unsigned int flags;
  int number;
} cirrus_buffer;
typedef struct { cirrus_buffer *buffer; void *next; } cirrus_link;
typedef struct { cirrus_link link; cirrus_buffer buffer; } cirrus_body;
intptr_t ngx_http_output_filter(void *request, cirrus_link *chain);
]]


local C = ffi.C
local new_body = ffi.typeof("cirrus_body")
local OK, AGAIN = 0, -2
-- "memory": nobody may write there.
local MEMORY = 2


local _M = {}


-- After the header was sent. Returns whether all is well with the connection.
function _M.send(ctx, text)
  local body = new_body()
  ctx.body, ctx.body_text = body, text
  local start = ffi.cast("const char *", text)
  local buffer = body.buffer
  buffer.pos, buffer.last = start, start + #text
  buffer.start, buffer["end"] = start, start + #text
  buffer.flags = MEMORY
  body.link.buffer = buffer
  local result = C.ngx_http_output_filter(get_request(), body.link)
  return result == OK or result == AGAIN
end


return _M
