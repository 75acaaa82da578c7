-- What the node says of itself.
local certificates = require "cirrus.certificate_store"
local cjson = require "cjson.safe"
local domain_store = require "cirrus.domain_store"
local link = require "cirrus.link"
local settings = require "cirrus.settings"
local store = require "cirrus.store"
local stream_id = require "cirrus.core.stream_id"


local _M = {}


local STEP = 0.005
local MAX_TIMEOUT = 30
local DEFAULT_TIMEOUT = 10


function _M.is_ready()
  return store.head() ~= nil and link.problem() == nil
end


-- The change whose state the node has, all of it: one that serves domains from
-- a snapshot, but has no certificates yet, must not say that it has applied
-- theirs.
local function applied_change()
  local _, _, applied = store.read_head()
  return certificates.is_complete() and applied or nil
end


function _M.document()
  return {
    node = settings.node,
    version = settings.VERSION,
    applied = applied_change(),
    redis = link.state() == "up" and "up" or "down",
    ready = _M.is_ready(),
    problem = link.problem(),
    domains = domain_store.count(),
    certificates = certificates.count(),
    tls = certificates.is_complete() and "available" or "unavailable",
    workers = ngx.worker.count(),
  }
end


local function wait_for_change(after, timeout)
  local deadline = ngx.now() + timeout
  while ngx.now() < deadline and not ngx.worker.exiting() do
    local applied = applied_change()
    if applied and stream_id.is_newer(applied, after) then
      return
    end
    ngx.sleep(STEP)
  end
end


local function send(status)
  ngx.status = status
  ngx.header["Content-Type"] = "application/json"
  ngx.header["Cache-Control"] = "no-store"
  ngx.say(cjson.encode(_M.document()))
end


function _M.serve()
  local arguments = ngx.req.get_uri_args()
  local after = arguments.after
  if after then
    local timeout = tonumber(arguments.timeout) or DEFAULT_TIMEOUT
    if not stream_id.parse(after) or timeout < 0 then
      ngx.status = 400
      ngx.say('{"error":"after is a change id, timeout a number of seconds"}')
      return
    end
    wait_for_change(after, math.min(timeout, MAX_TIMEOUT))
  end
  send(200)
end


-- The same document as seen through both tiers.
function _M.serve_health()
  send(_M.is_ready() and 200 or 503)
  return ngx.exit(ngx.status)
end


return _M
