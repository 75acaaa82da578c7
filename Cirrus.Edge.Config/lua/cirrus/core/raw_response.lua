-- A response as it came over a connection that was closed behind it (RFC 9112).
local _M = {}


local find, lower, match, sub = string.find, string.lower, string.match,
  string.sub


-- Returns the fields in order as {name, value}, and the values by lower-case
-- name; of a repeated field the first.
local function parse_fields(head)
  local fields, values = {}, {}
  for name, value in head:gmatch("\r\n([^:\r\n]+):[ \t]*([^\r\n]*)") do
    fields[#fields + 1] = { name, value }
    local key = lower(name)
    values[key] = values[key] or value
  end
  return fields, values
end


-- Returns the body; nil when it isn't complete.
local function join_chunks(text)
  local parts = {}
  local position = 1
  while true do
    local digits, start = match(text, "^(%x+)[^\r\n]*\r\n()", position)
    local size = digits and tonumber(digits, 16)
    if not size or start + size > #text then
      return nil
    elseif size == 0 then
      return table.concat(parts)
    end
    parts[#parts + 1] = sub(text, start, start + size - 1)
    position = start + size + 2
  end
end


-- Returns `status`, `fields`, `values` and `body`; nil when the text isn't a
-- whole response.
function _M.parse(text)
  local status = match(text, "^HTTP/1%.1 (%d%d%d)")
  local head_end, body_start = find(text, "\r\n\r\n", 1, true)
  if not status or not head_end then
    return nil
  end
  local fields, values = parse_fields(sub(text, 1, head_end + 1))
  local body = sub(text, body_start + 1)
  if values["transfer-encoding"] then
    body = join_chunks(body)
  elseif #body ~= tonumber(values["content-length"]) then
    return nil
  end
  return body and {
    status = tonumber(status),
    fields = fields,
    values = values,
    body = body,
  }
end


return _M
