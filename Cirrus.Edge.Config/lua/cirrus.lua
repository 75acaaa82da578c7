-- What nginx calls: one function for each phase.
local cache_tier = require "cirrus.cache_tier"
local certificate_store = require "cirrus.certificate_store"
local client_answer = require "cirrus.client_answer"
local countries = require "cirrus.countries"
local disk = require "cirrus.disk"
local domain_store = require "cirrus.domain_store"
local errors = require "cirrus.errors"
local explain = require "cirrus.explain"
local freshness = require "cirrus.freshness"
local inner = require "cirrus.inner"
local interim = require "cirrus.interim"
local invalidation = require "cirrus.invalidation"
local metrics = require "cirrus.metrics"
local origin_addresses = require "cirrus.origin_addresses"
local origin_health = require "cirrus.origin_health"
local origin_pools = require "cirrus.origin_pools"
local origin_tier = require "cirrus.origin_tier"
local orphan = require "cirrus.orphan"
local past_cache = require "cirrus.past_cache"
local reader = require "cirrus.reader"
local request_body = require "cirrus.request_body"
local revalidation = require "cirrus.revalidation"
local response_tier = require "cirrus.response_tier"
local slices = require "cirrus.slices"
local snapshot = require "cirrus.snapshot"
local status = require "cirrus.status"
local store = require "cirrus.store"
local store_times = require "cirrus.store_times"
local tls = require "cirrus.tls"
local warm = require "cirrus.warm"


local _M = {
  certificate = tls.certificate,
  inner_rewrite = inner.rewrite,
  access = cache_tier.access,
  slice = slices.access,
  past_cache = past_cache.host,
  unanswered = past_cache.error_page,
  header_filter = client_answer.header_filter,
  balance = origin_addresses.balance,
  origin_access = origin_tier.access,
  origin_attempt = origin_tier.attempt,
  origin_shield = origin_tier.shield,
  origin_direct = origin_tier.direct,
  origin_merge = revalidation.merge,
  origin_afresh = origin_tier.afresh,
  origin_header_filter = response_tier.header_filter,
  origin_log = origin_tier.log,
  relay = interim.relay,
  error_page = errors.page,
  read_body = request_body.read,
  status = status.serve,
  metrics = metrics.serve,
  explain = explain.serve,
  warm_progress = warm.serve,
}


-- In the master, before any worker: there is state when they begin.
function _M.init()
  orphan.remember_master()
  store.prepare()
  domain_store.prepare()
  certificate_store.prepare()
  invalidation.prepare()
  snapshot.load()
end


function _M.init_worker()
  orphan.watch()
  freshness.watch()
  metrics.start()
  origin_pools.start()
  countries.start()
  if ngx.worker.id() == 0 then
    reader.start()
    origin_health.start()
    disk.watch()
  end
end


function _M.exit_worker()
  metrics.flush()
  if ngx.worker.id() == 0 then
    snapshot.write()
  end
end


function _M.log()
  local ctx = ngx.ctx
  ngx.var.cirrus_change = ctx.change
  if ctx.target then
    past_cache.log(ctx)
  end
  if ctx.stores then
    store_times.note(ctx.stores)
  end
  -- What the node asks itself is no request of a client.
  if not ctx.inner then
    metrics.request(ctx)
  end
end


return _M
