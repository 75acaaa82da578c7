-- A response as nginx's cache has it in a file: a struct (nginx's own,
-- ngx_http_file_cache_header_t), the key in a line, and from there on what came
-- from upstream, its body without chunks.
local byte, lower, match, sub = string.byte, string.lower, string.match,
  string.sub


local _M = {}


-- Octets of the struct, the first of which is its version: that of nginx
-- 1.11.10 and all since, where numbers are of 64 bits and begin at their end.
local VERSION = "\5\0\0\0\0\0\0\0"
local HEAD_START, BODY_START, VARY_SIZE = 55, 57, 188
local VARIANT, VARIANT_END, STRUCT_SIZE = 317, 332, 336


-- Of 16 bits.
local function number(text, position)
  local low, high = byte(text, position, position + 1)
  return low + 256 * high
end


-- Returns the fields in order as {name, value}, and the values by lower-case
-- name; of a repeated field the first.
local function parse_fields(head)
  local fields, values = {}, {}
  for name, value in head:gmatch("\n([^:\r\n]+):[ \t]*([^\r\n]*)") do
    fields[#fields + 1] = { name, value }
    local key = lower(name)
    values[key] = values[key] or value
  end
  return fields, values
end


-- The variant of an object that varies, "" of one that doesn't; nil when the
-- text isn't what is stored under the key, or is of an nginx that isn't known.
function _M.variant(text, key)
  local key_end = #text > STRUCT_SIZE and number(text, HEAD_START)
  if not key_end or sub(text, 1, #VERSION) ~= VERSION or
      sub(text, STRUCT_SIZE + 1, key_end) ~= "\nKEY: " .. key .. "\n" then
    return nil
  end
  return byte(text, VARY_SIZE) == 0 and "" or sub(text, VARIANT, VARIANT_END)
end


-- Returns `status`, `fields`, `values` and `body` of a text that has a variant;
-- nil when the head isn't one of HTTP.
function _M.parse(text)
  local body_start = number(text, BODY_START)
  local head = sub(text, number(text, HEAD_START) + 1, body_start)
  local status = match(head, "^HTTP/1%.[01] (%d%d%d)")
  if not status then
    return nil
  end
  local fields, values = parse_fields(head)
  return {
    status = tonumber(status),
    fields = fields,
    values = values,
    body = sub(text, body_start + 1),
  }
end


return _M
