-- Asks name servers for the addresses of a name, and remembers them for all
-- workers. Values are octets in hex, "!why" when there are none; the flags of
-- an entry say until when it is fresh.
local messages = require "cirrus.core.dns_message"
local semaphore = require "ngx.semaphore"
local settings = require "cirrus.settings"


local cache = ngx.shared.cirrus_names
local now, time = ngx.now, ngx.time
local tcp, udp = ngx.socket.tcp, ngx.socket.udp


local _M = {}


local TIMEOUT = 1
local ATTEMPTS = 2
local WAIT = 5
local MIN_TTL, MAX_TTL, NEGATIVE_TTL = 1, 30, 2
local NO_ERROR, NO_SUCH_NAME = 0, 3


local random


local function random_id()
  -- Not before there is a worker: two must not share what was read ahead.
  random = random or assert(io.open("/dev/urandom", "rb"))
  local high, low = random:read(2):byte(1, 2)
  return high * 256 + low
end


local function remaining(deadline)
  return math.max(1, (deadline - now()) * 1000)
end


-- RFC 7766: what did not fit into a datagram.
local function ask_by_tcp(server, query, deadline)
  local socket = tcp()
  socket:settimeout(remaining(deadline))
  local ok = socket:connect(server.host, server.port)
  local length = #query
  ok = ok and socket:send(
    string.char(math.floor(length / 256), length % 256) .. query)
  local head = ok and socket:receive(2)
  local data = head and
    socket:receive(head:byte(1) * 256 + head:byte(2))
  socket:close()
  return data and messages.answer(data, query)
end


-- Both questions at once. What is no answer to one of them is passed over.
local function ask(server, queries)
  local deadline = now() + TIMEOUT
  local socket = udp()
  local answers, count = {}, 0
  local ok, err = socket:setpeername(server.host, server.port)
  for _, query in ipairs(queries) do
    if ok then
      ok, err = socket:send(query)
    end
  end
  while ok and count < #queries and now() < deadline do
    socket:settimeout(remaining(deadline))
    local data
    data, err = socket:receive(4096)
    if not data then
      break
    end
    for i, query in ipairs(queries) do
      local answer = not answers[i] and messages.answer(data, query)
      if answer then
        answers[i] = answer
        count = count + 1
      end
    end
  end
  socket:close()
  for i, query in ipairs(queries) do
    if answers[i] and answers[i].is_truncated then
      answers[i] = ask_by_tcp(server, query, now() + TIMEOUT)
    end
  end
  return answers, err
end


local function hex(octets)
  return (octets:gsub(".", function(c) return ("%02x"):format(c:byte()) end))
end


-- Addresses and for how long they hold, or nil and why. "!" before the reason
-- says that a name server said so; else the name servers fail.
local function evaluate(answers, err)
  local found, ttl, is_known, is_complete = {}, MAX_TTL, false, true
  for i = 1, 2 do
    local answer = answers[i]
    if answer and answer.rcode == NO_ERROR then
      for _, address in ipairs(answer.addresses) do
        found[#found + 1] = hex(address)
      end
      if #answer.addresses > 0 then
        ttl = math.min(ttl, answer.ttl)
      end
    elseif answer and answer.rcode == NO_SUCH_NAME then
      is_known = true
    else
      is_complete = false
      err = answer and "answer code " .. answer.rcode or err
    end
  end
  if #found > 0 then
    return table.concat(found, " "), math.max(ttl, MIN_TTL)
  elseif is_known or is_complete then
    return nil, is_known and "!no such name" or "!no address"
  end
  return nil, err or "no answer"
end


local function query(name)
  local text, why
  for attempt = 1, ATTEMPTS do
    local servers = settings.resolvers
    local server = servers[(attempt - 1) % #servers + 1]
    local queries = {
      messages.query(random_id(), name, messages.A),
      messages.query(random_id(), name, messages.AAAA),
    }
    if #queries < 2 then
      return nil, "!not a name"
    end
    text, why = evaluate(ask(server, queries))
    if text or why:sub(1, 1) == "!" then
      break
    end
  end
  return text, why
end


-- What is remembered after a query: old addresses are better than none while
-- name servers fail.
local function refresh(name, old)
  local text, ttl = query(name)
  if not text then
    local why = ttl
    ngx.log(ngx.WARN, "origin ", name, " can't be resolved: ",
      (why:gsub("^!", "")))
    ttl = NEGATIVE_TTL
    if why:sub(1, 1) == "!" then
      text = why
    else
      text = old and old:sub(1, 1) ~= "!" and old or "!" .. why
    end
  end
  cache:set(name, text, 0, time() + ttl)
  return text
end


local pending = {}


local function refresh_once(name, old)
  local waiting = pending[name]
  if waiting then
    -- Others refresh it: the old one will do.
    if old and old:sub(1, 1) ~= "!" then
      return old
    end
    waiting:wait(WAIT)
    return cache:get(name) or "!no answer"
  end
  waiting = semaphore.new()
  pending[name] = waiting
  local ok, text = pcall(refresh, name, old)
  pending[name] = nil
  local waiters = -waiting:count()
  if waiters > 0 then
    waiting:post(waiters)
  end
  return ok and text or "!" .. tostring(text)
end


-- Addresses in hex with spaces between them, or "!" and why there are none.
function _M.lookup(name)
  local text, fresh_until = cache:get(name)
  if text and fresh_until and fresh_until > time() then
    return text
  end
  return refresh_once(name, text)
end


return _M
