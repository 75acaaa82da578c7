-- Fetches the URLs of warm lists into the node's cache, some at a time. Runs
-- in the worker that reads the log; how far it is, everybody can see.
local cjson = require "cjson.safe"
local inner = require "cirrus.inner"
local metrics = require "cirrus.metrics"
local secure = require "cirrus.secure"
local stream_id = require "cirrus.core.stream_id"
local target = require "cirrus.core.warm_target"


local log, ERR = ngx.log, ngx.ERR
local progress = ngx.shared.cirrus_warm


local _M = {}


local AT_ONCE = 8
-- Whoever sends more at a time than this has the first of them only.
local MOST_WAITING = 100000
local KEPT = 86400
local COUNTS = { "urls", "stored", "cached", "notStored", "failed" }


local queue, first, last = {}, 1, 0
local running = 0


local function count(id, what, number)
  progress:incr(id .. " " .. what, number, 0, KEPT)
end


local function fetch(item)
  local scheme, host, uri = target.read(item.domain, item.url,
    secure.is_served(item.domain) and "https" or "http")
  if not scheme then
    return "failed"
  end
  local answer = inner.ask("warm",
    { method = "GET", scheme = scheme, host = host, uri = uri })
  if not answer or not answer.is_complete then
    return "failed"
  end
  return target.result(answer.status, answer.headers)
end


local function run(premature)
  while not premature and first <= last and not ngx.worker.exiting() do
    local item = queue[first]
    queue[first] = nil
    first = first + 1
    local ok, result = pcall(fetch, item)
    if not ok then
      log(ERR, "can't warm ", item.url, ": ", result)
      result = "failed"
    end
    count(item.id, result, 1)
    metrics.warmed(result)
  end
  running = running - 1
end


-- Takes up a warm list; `id` is its change.
function _M.start(id, domain, urls)
  if progress:get(id .. " urls") then
    -- Read from the log once more.
    return
  end
  count(id, "urls", #urls)
  for _, url in ipairs(urls) do
    if last - first >= MOST_WAITING then
      count(id, "failed", 1)
    else
      last = last + 1
      queue[last] = { id = id, domain = domain, url = tostring(url) }
    end
  end
  while running < AT_ONCE and running <= last - first do
    local ok, err = ngx.timer.at(0, run)
    if not ok then
      log(ERR, "can't warm: ", err)
      return
    end
    running = running + 1
  end
end


-- How far a list is, or nil when this node knows nothing of it.
local function progress_of(id)
  local answer = {}
  for _, what in ipairs(COUNTS) do
    answer[what] = progress:get(id .. " " .. what) or 0
  end
  if answer.urls == 0 then
    return nil
  end
  answer.done = answer.stored + answer.cached + answer.notStored +
    answer.failed == answer.urls
  return answer
end


-- /warm?id={change id}
function _M.serve()
  local id = ngx.req.get_uri_args().id
  local answer = stream_id.parse(id) and progress_of(id)
  if not answer then
    ngx.status = 404
    answer = { error = "no warm list of that id" }
  end
  ngx.header["Content-Type"] = "application/json"
  ngx.header["Cache-Control"] = "no-store"
  ngx.say(cjson.encode(answer))
end


return _M
