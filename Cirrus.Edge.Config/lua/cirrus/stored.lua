-- Asks the node's own cache what it has under a key (conf/stored.conf), with
-- the fields of this request, because objects may vary by them.
local object_times = require "cirrus.core.object_times"


local tcp = ngx.socket.tcp


local _M = {}


local SOCKET = "unix:run/stored.sock"
local TIMEOUT = 2000


-- Of this hop, or of no matter for what is stored.
local DROPPED = {
  ["connection"] = true, ["content-length"] = true, ["host"] = true,
  ["if-match"] = true, ["if-modified-since"] = true, ["if-none-match"] = true,
  ["if-range"] = true, ["if-unmodified-since"] = true, ["range"] = true,
  ["te"] = true, ["transfer-encoding"] = true, ["upgrade"] = true,
  ["x-cirrus-key"] = true,
}


local function request_for(key)
  local lines = {
    "HEAD / HTTP/1.1", "Host: stored", "Connection: close",
    "X-Cirrus-Key: " .. key,
  }
  for name, value in pairs(ngx.req.get_headers(0, true)) do
    if not DROPPED[name:lower()] then
      for _, one in ipairs(type(value) == "table" and value or { value }) do
        lines[#lines + 1] = name .. ": " .. tostring(one)
      end
    end
  end
  lines[#lines + 1] = "\r\n"
  return table.concat(lines, "\r\n")
end


local function ask(socket, key)
  local ok, err = socket:connect(SOCKET)
  if not ok then
    return nil, err
  end
  ok, err = socket:send(request_for(key))
  if not ok then
    return nil, err
  end
  repeat
    local line
    line, err = socket:receive("*l")
    local noted = line and line:match("^[Xx]%-[Cc]irrus%-[Oo]bject: (.*)$")
    if noted then
      return noted
    end
  until not line or line == ""
  return nil, err
end


-- Returns when the object was made, when it ends, and for how long after that
-- it may be used while it is being refreshed; nil when there is none.
function _M.find(key)
  local socket = tcp()
  socket:settimeout(TIMEOUT)
  local noted = ask(socket, key)
  socket:close()
  local born, ends, _, grace = object_times.read(noted)
  if not grace then
    return nil
  end
  return born, ends, grace
end


return _M
