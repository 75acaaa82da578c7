-- Requests that the node makes of itself, through the whole of its cache tier,
-- over a unix socket that nobody else can reach. They say in X-Cirrus-Inner
-- what they are for, which scheme they stand for, and which method:
--
--   refresh  fetches the object anew, whether it is in the cache or not
--   warm     fetches it if it is not in the cache
--   probe    tells what would be done; no origin is asked
local http_answer = require "cirrus.core.http_answer"
local settings = require "cirrus.settings"


local match = string.match
local var = ngx.var


local _M = {}


local SOCKET = "unix:" .. settings.data .. "/run/inner.sock"
local CONNECT_TIMEOUT, SEND_TIMEOUT, READ_TIMEOUT = 1000, 5000, 200000
local MAX_HEADERS = 128
local CHUNK = 65536


-- Phase of the inner listener only, so other requests don't pay for it. A
-- request that comes by again, at another location, has been here.
function _M.rewrite()
  if var.cirrus_context == "" then
    var.cirrus_context = var.http_x_cirrus_inner or "none"
  end
end


-- Notes what the request is for, if it came over the socket: clients may send
-- the field, too. Returns the server name of the connection that it stands for,
-- nil when that has none.
function _M.recall(ctx, host)
  local mode, scheme, method = match(var.cirrus_context,
    "^(%l+) (https?) (%u+)$")
  if not mode then
    return nil
  end
  ctx.inner, ctx.inner_method = mode, method
  var.cirrus_scheme = scheme
  var.cirrus_client = "127.0.0.1"
  ngx.req.clear_header("X-Cirrus-Inner")
  return scheme == "https" and host or nil
end


-- What the origin tier is told, which asks no origin for a probe.
function _M.request(ctx, request, domain)
  return ctx.inner == "probe" and "probe " .. domain.name or request
end


local function request_text(mode, request)
  -- Of what is in the cache nobody wants to read the body.
  local method = mode == "probe" and request.method == "GET" and "HEAD" or
    request.method
  local lines = {
    method .. " " .. request.uri .. " HTTP/1.0",
    "Host: " .. request.host,
    "X-Cirrus-Inner: " .. mode .. " " .. request.scheme .. " " ..
      request.method,
    "Connection: close",
  }
  for _, field in ipairs(request.headers or {}) do
    lines[#lines + 1] = field[1] .. ": " .. field[2]
  end
  return table.concat(lines, "\r\n") .. "\r\n\r\n"
end


local function read_answer(socket)
  local line, err = socket:receive("*l")
  if not line then
    return nil, err
  end
  local answer = { status = http_answer.status(line), headers = {} }
  for _ = 1, MAX_HEADERS do
    line, err = socket:receive("*l")
    if not line then
      return nil, err
    elseif line == "" then
      return answer
    end
    http_answer.add_field(answer.headers, line)
  end
  return nil, "too many header fields"
end


-- Until nginx has it all, which is when the object is stored.
local function drain(socket)
  local _, err
  repeat
    _, err = socket:receiveany(CHUNK)
  until err
  return err == "closed" or nil, err
end


-- Makes a request {method, scheme, host, uri, headers = {{name, value}, …}}.
-- Returns {status, headers by lower-case name}, or nil and why not.
function _M.ask(mode, request)
  local socket = ngx.socket.tcp()
  socket:settimeouts(CONNECT_TIMEOUT, SEND_TIMEOUT, READ_TIMEOUT)
  local ok, err = socket:connect(SOCKET)
  if not ok then
    return nil, err
  end
  ok, err = socket:send(request_text(mode, request))
  local answer
  if ok then
    answer, err = read_answer(socket)
  end
  if answer then
    ok, err = drain(socket)
    answer.is_complete = ok
  end
  socket:close()
  return answer, err
end


return _M
