-- Asks nginx's cache for objects, by way of the node's own listener that
-- answers with what is stored and fresh, and with nothing else: no origin is
-- asked for what a worker wants to have at hand.
local raw_response = require "cirrus.core.raw_response"


local log, ERR = ngx.log, ngx.ERR
local tcp, timer_at = ngx.socket.tcp, ngx.timer.at


local _M = {}


local SOCKET = "unix:run/objects.sock"
local TIMEOUT = 2000
local MAX_RUNNING = 4
local MAX_WAITING = 256
-- More than nginx takes for the head of what it stores.
local MAX_HEAD = 32768


local waiting, first, last = {}, 1, 0
local running = 0


local REQUEST = "GET / HTTP/1.1\r\nHost: objects\r\nConnection: close\r\n" ..
  "X-Cirrus-Key: %s\r\nAccept-Encoding: %s\r\n\r\n"


-- Returns the text of the whole answer, or nil and why not.
local function receive(job)
  local socket = tcp()
  socket:settimeout(TIMEOUT)
  local ok, err = socket:connect(SOCKET)
  if not ok then
    return nil, err
  end
  ok, err = socket:send(REQUEST:format(job.key, job.encoding))
  local text, partial
  if ok then
    text, err, partial = socket:receive(job.max_body + MAX_HEAD)
  end
  socket:close()
  if text then
    return nil, "too large"
  end
  return err == "closed" and partial or nil, err
end


-- Returns the response when it is of a fresh object.
local function get(job)
  local text = receive(job)
  local response = text and raw_response.parse(text)
  if response and response.values["x-cirrus-cache"] == "HIT" and
      #response.body <= job.max_body then
    return response
  end
end


local function work(premature)
  while not premature and first <= last do
    local job = waiting[first]
    waiting[first] = nil
    first = first + 1
    local ok, err = pcall(job.done, get(job))
    if not ok then
      log(ERR, "an object can't be kept in memory: ", err)
    end
  end
  running = running - 1
end


-- Calls `done(response)` after a while, with nil when there is no such object.
-- Returns whether it will; there may be too much to do.
function _M.ask(key, encoding, max_body, done)
  -- Of lines in a request, each is one.
  if last - first + 1 >= MAX_WAITING or key:find("[%c]") or
      encoding:find("[%c]") then
    return false
  end
  if running < MAX_RUNNING then
    if not timer_at(0, work) then
      return false
    end
    running = running + 1
  end
  last = last + 1
  waiting[last] = {
    key = key, encoding = encoding, max_body = max_body, done = done,
  }
  return true
end


return _M
