-- Origins that send interim responses (RFC 9110, section 15.2: 103 Early Hints
-- and the like), which nginx takes for the final one, and all that follows for
-- its body (conf/interim.conf, decision 59). A domain whose origin did so once
-- has its requests sent by way of a relay, which leaves interim responses out.
-- The relay asks the origin tier in its turn, so that the origin is chosen,
-- checked and connected to as ever.
local http_answer = require "cirrus.core.http_answer"
local settings = require "cirrus.settings"
local upgrade = require "cirrus.upgrade"


local dict = ngx.shared.cirrus_origins
local log, WARN = ngx.log, ngx.WARN
local spawn, wait = ngx.thread.spawn, ngx.thread.wait
local kill = ngx.thread.kill
local var = ngx.var


local _M = {}


-- How long it is remembered.
local SECONDS = 86400
local HOP = "interim"
local ORIGIN_TIER = "unix:" .. settings.data .. "/run/origin.sock"
-- The origin tier ends what takes too long.
local CONNECT, TRANSFER = 1000, 7200000
local PART = 16384
-- Of one response, and how many before the final one.
local MAX_LINES, MAX_RESPONSES = 100, 16


function _M.note(domain)
  if dict:add("interim " .. domain, true, SECONDS) then
    log(WARN, "an origin of ", domain, " sends interim responses (", ngx.status,
      "): it is asked by way of a relay from now on")
  end
end


-- Whether a request goes by way of the relay; what comes from there does not.
function _M.is_expected(domain)
  return dict:get("interim " .. domain) ~= nil and not _M.is_relayed()
end


-- Whether a request of the origin tier comes from the relay.
function _M.is_relayed()
  return var.http_x_cirrus_hop == HOP
end


-- Whether the answer is one. 101 is final for those that wanted an upgrade, and
-- nothing that anybody asked for else.
function _M.is_one()
  return ngx.status < 200 and
    not (ngx.status == 101 and upgrade.is_wanted())
end


-- A line with its end; nil when there is none, or no end of it.
local function read_line(socket)
  local reader = socket:receiveuntil("\n", { inclusive = true })
  local line = reader(PART)
  if line and line:sub(-1) == "\n" then
    -- Tells the socket that it was read to its end.
    reader(PART)
    return line
  end
end


local function skip_fields(socket)
  for _ = 1, MAX_LINES do
    local line = read_line(socket)
    if not line or line == "\r\n" or line == "\n" then
      return line
    end
  end
end


-- Returns the status line of the final response.
local function final_line(socket)
  for _ = 1, MAX_RESPONSES do
    local line = read_line(socket)
    local status = line and http_answer.status(line)
    if not status or status >= 200 or status == 101 then
      return line
    elseif not skip_fields(socket) then
      return nil
    end
  end
end


local function pass(from, to)
  repeat
    local part = from:receiveany(PART)
  until not part or not to:send(part)
end


local function pass_final(from, to)
  local line = final_line(from)
  if line and to:send(line) then
    pass(from, to)
  end
end


-- Passes a request on to the origin tier, octet by octet, and what it answers
-- back, from the final response on, until one of the two closes. Whoever asks
-- knows from that response where it ends.
function _M.relay()
  local origin_tier = ngx.socket.tcp()
  origin_tier:settimeouts(CONNECT, TRANSFER, TRANSFER)
  if not origin_tier:connect(ORIGIN_TIER) or
      not origin_tier:send(ngx.req.raw_header()) then
    return ngx.exit(ngx.HTTP_CLOSE)
  end
  local client = assert(ngx.req.socket(true))
  client:settimeouts(CONNECT, TRANSFER, TRANSFER)
  local request = spawn(pass, client, origin_tier)
  local answer = spawn(pass_final, origin_tier, client)
  wait(request, answer)
  kill(request)
  kill(answer)
  origin_tier:close()
  return ngx.exit(ngx.HTTP_CLOSE)
end


return _M
