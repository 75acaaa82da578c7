-- What is counted. Each worker counts in its own tables and adds them to shared
-- memory now and then: a request costs no lock.
local clock = require "cirrus.clock"


local dict = ngx.shared.cirrus_metrics
local exiting, sleep = ngx.worker.exiting, ngx.sleep


local _M = {}


-- Upper bounds of a histogram's buckets.
_M.BUCKETS = { 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30 }


-- Seconds between two flushes, unless these take more than this part of the
-- worker's time: there may be very many domains.
local INTERVAL = 1
local MAX_SHARE = 0.02
-- So many samples are added before requests have their turn. Of a pause of no
-- time at all Debian's nginx logs a warning.
local SLICE, PAUSE = 500, 0.001
local MAX_HOSTS = 10000


-- Samples by name, and those to be added at the next flush.
local samples, touched = {}, {}


local function new_sample(name)
  return { name = name, value = 0, is_touched = false }
end


-- Adds to a sample of `sample` or `of_host`.
local function add(sample, value)
  sample.value = sample.value + value
  if not sample.is_touched then
    sample.is_touched = true
    touched[#touched + 1] = sample
  end
end
_M.add = add


-- The sample of a metric that has no labels, or few.
function _M.sample(name)
  local sample = samples[name]
  if not sample then
    sample = new_sample(name)
    samples[name] = sample
  end
  return sample
end


-- A table that makes the samples of one metric by the values of one label.
function _M.by(metric, label)
  return setmetatable({}, { __index = function(known, value)
    local sample = _M.sample(('%s{%s="%s"}'):format(metric, label, value))
    known[value] = sample
    return sample
  end })
end


local hosts, count = {}, 0


local function add_host(host)
  if count == MAX_HOSTS then
    hosts, count = {}, 0
  end
  local known = setmetatable({
    sent = new_sample(('cirrus_edge_sent_bytes_total{host="%s"}'):format(host)),
  }, { __index = function(by_status, status)
    local sample = new_sample(
      ('nginx_http_requests_total{host="%s",status="%s"}'):format(host, status))
    by_status[status] = sample
    return sample
  end })
  hosts[host], count = known, count + 1
  return known
end


-- The samples of a host: `sent`, and those of requests by status. Apart from
-- what makes them, because LuaJIT compiles no function that makes functions.
function _M.of_host(host)
  return hosts[host] or add_host(host)
end


function _M.histogram(name)
  local buckets = {}
  for i, bound in ipairs(_M.BUCKETS) do
    buckets[i] = _M.sample(('%s_bucket{le="%s"}'):format(name, bound))
  end
  return {
    buckets = buckets,
    count = _M.sample(name .. "_count"),
    sum = _M.sample(name .. "_sum"),
  }
end


-- Buckets are counted apart and summed up when they are shown.
function _M.observe(histogram, value)
  local bounds = _M.BUCKETS
  for i = 1, #bounds do
    if value <= bounds[i] then
      add(histogram.buckets[i], 1)
      break
    end
  end
  add(histogram.count, 1)
  add(histogram.sum, value)
end


-- `pause` is called now and then, if given.
function _M.flush(pause)
  local list = touched
  touched = {}
  for i = 1, #list do
    local sample = list[i]
    local value = sample.value
    sample.value, sample.is_touched = 0, false
    dict:incr(sample.name, value, 0)
    if pause and i % SLICE == 0 then
      pause()
    end
  end
end


-- In each worker.
function _M.start()
  local function round(premature)
    if premature or exiting() then
      return
    end
    local spent, started = 0, clock.now()
    _M.flush(function()
      spent = spent + clock.now() - started
      sleep(PAUSE)
      started = clock.now()
    end)
    spent = spent + clock.now() - started
    assert(ngx.timer.at(math.max(INTERVAL, spent / MAX_SHARE), round))
  end
  assert(ngx.timer.at(INTERVAL, round))
end


return _M
