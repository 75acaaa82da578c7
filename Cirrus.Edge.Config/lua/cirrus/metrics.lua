-- Metrics for Prometheus: what is counted when, and the text that shows it.
local certificates = require "cirrus.certificate_store"
local counters = require "cirrus.counters"
local domain_store = require "cirrus.domain_store"
local link = require "cirrus.link"
local origin_health = require "cirrus.origin_health"
local settings = require "cirrus.settings"
local store = require "cirrus.store"
local stream_id = require "cirrus.core.stream_id"


local dict = ngx.shared.cirrus_metrics
local add, observe = counters.add, counters.observe
local now, start_time, var = ngx.now, ngx.req.start_time, ngx.var


local _M = { start = counters.start, flush = counters.flush }


local HELP = {
  { "nginx_http_requests_total", "counter", "Requests, by domain and status" },
  { "cirrus_edge_sent_bytes_total", "counter", "Bytes sent, by domain" },
  { "nginx_http_request_duration_seconds", "histogram",
    "Time from the first byte of the request to the last of the answer" },
  { "nginx_cache_status_total", "counter", "What the cache did" },
  { "cirrus_edge_memory_hits_total", "counter",
    "Those of the cache's hits that came from a worker's memory" },
  { "nginx_upstream_errors_total", "counter",
    "Attempts at origins that brought no answer" },
  { "nginx_upstream_timeouts_total", "counter",
    "Those of them that took too long" },
  { "nginx_upstream_response_seconds", "histogram",
    "Time until an origin's answer was read" },
  { "cirrus_edge_warmed_total", "counter", "URLs of warm lists, by outcome" },
  { "nginx_ssl_handshakes_total", "counter",
    "TLS handshakes of connections that brought a request" },
  { "nginx_ssl_handshake_errors_total", "counter",
    "TLS handshakes ended for want of a certificate" },
}


local warmed = counters.by("cirrus_edge_warmed_total", "result")
local cache_status = counters.by("nginx_cache_status_total", "status")
local memory_hits = counters.sample("cirrus_edge_memory_hits_total")
local refused = counters.by("nginx_ssl_handshake_errors_total", "phase")
local durations = counters.histogram("nginx_http_request_duration_seconds")
local upstream_errors = counters.sample("nginx_upstream_errors_total")
local upstream_timeouts = counters.sample("nginx_upstream_timeouts_total")
local upstream_times = counters.histogram("nginx_upstream_response_seconds")


-- A handshake that was ended because of the server name that the client gave,
-- or did not give, or because of what is wrong with the certificate.
function _M.handshake_failed(phase)
  add(refused[phase], 1)
end


local function count_handshake()
  local resumed = var.ssl_session_reused == "r" and "yes" or "no"
  add(counters.sample(
    ('nginx_ssl_handshakes_total{protocol="%s",resumed="%s"}'):format(
      var.ssl_protocol, resumed)), 1)
end


-- A client's request, in the cache tier's log phase.
function _M.request(ctx)
  local host = counters.of_host(ctx.domain or "unknown")
  add(host[ngx.status], 1)
  add(host.sent, tonumber(var.bytes_sent) or 0)
  if ctx.from_memory then
    add(cache_status.HIT, 1)
    add(memory_hits, 1)
  else
    add(cache_status[var.upstream_cache_status or "BYPASS"], 1)
  end
  observe(durations, now() - start_time())
  -- What nginx refused by itself has no context.
  if (ctx.server_name or not ctx.domain and var.https == "on") and
      var.connection_requests == "1" then
    count_handshake()
  end
end


-- One URL of a warm list.
function _M.warmed(result)
  add(warmed[result], 1)
end


-- One attempt at an origin. nginx's variables tell of all there were.
function _M.origin(was_answered)
  if not was_answered then
    add(upstream_errors, 1)
    if (var.upstream_status or ""):match("(%d+)%s*$") == "504" then
      add(upstream_timeouts, 1)
    end
    return
  end
  local times = var.upstream_response_time or ""
  observe(upstream_times,
    tonumber(times) or tonumber(times:match("([%d.]+)%s*$")) or 0)
end


-- Buckets are counted apart and summed up here, as the format wants them.
local function histogram(lines, name)
  local sum = 0
  for _, bound in ipairs(counters.BUCKETS) do
    sum = sum + (dict:get(name .. '_bucket{le="' .. bound .. '"}') or 0)
    lines[#lines + 1] = ('%s_bucket{le="%s"} %d'):format(name, bound, sum)
  end
  local count = dict:get(name .. "_count") or 0
  lines[#lines + 1] = ('%s_bucket{le="+Inf"} %d'):format(name, count)
  lines[#lines + 1] = ("%s_count %d"):format(name, count)
  lines[#lines + 1] = ("%s_sum %.3f"):format(name,
    dict:get(name .. "_sum") or 0)
end


local function counter(lines, name, samples)
  local found = false
  for _, sample in ipairs(samples) do
    if sample == name or sample:sub(1, #name + 1) == name .. "{" then
      lines[#lines + 1] = ("%s %d"):format(sample, dict:get(sample) or 0)
      found = true
    end
  end
  if not found and not name:find("requests") and not name:find("sent") and
    not name:find("status") and not name:find("ssl") and
    not name:find("warmed") then
    lines[#lines + 1] = name .. " 0"
  end
end


local function gauge(lines, name, help, value)
  lines[#lines + 1] = "# HELP " .. name .. " " .. help
  lines[#lines + 1] = "# TYPE " .. name .. " gauge"
  lines[#lines + 1] = ("%s %.17g"):format(name, value)
end


local function node_state(lines)
  local _, _, applied = store.read_head()
  local contact = link.contact()
  local applied_ms = stream_id.parse(applied) or 0
  gauge(lines, "cirrus_edge_domains", "Domains known", domain_store.count())
  gauge(lines, "cirrus_edge_certificates", "Certificates at hand",
    certificates.count())
  local earliest = certificates.earliest_end()
  if earliest then
    gauge(lines, "cirrus_edge_certificates_earliest_expiry_timestamp_seconds",
      "When the first of the certificates expires", earliest / 1000)
  end
  gauge(lines, "cirrus_edge_redis_up", "Whether the link to Redis is up",
    link.state() == "up" and 1 or 0)
  gauge(lines, "cirrus_edge_applied_change_timestamp_seconds",
    "When the change applied last was accepted", applied_ms / 1000)
  gauge(lines, "cirrus_edge_log_lag_seconds",
    "Since the node last knew all there was to know",
    contact and math.max(0, now() - contact) or 0)
  lines[#lines + 1] = "# HELP cirrus_edge_info The node"
  lines[#lines + 1] = "# TYPE cirrus_edge_info gauge"
  lines[#lines + 1] = ('cirrus_edge_info{node="%s",version="%s"} 1'):format(
    settings.node, settings.VERSION)
end


function _M.serve()
  counters.flush()
  local samples = dict:get_keys(0)
  table.sort(samples)
  local lines = {}
  for _, metric in ipairs(HELP) do
    local name, kind, help = metric[1], metric[2], metric[3]
    lines[#lines + 1] = "# HELP " .. name .. " " .. help
    lines[#lines + 1] = "# TYPE " .. name .. " " .. kind
    if kind == "histogram" then
      histogram(lines, name)
    else
      counter(lines, name, samples)
    end
  end
  node_state(lines)
  origin_health.add_metrics(lines)
  ngx.header["Content-Type"] = "text/plain; version=0.0.4"
  ngx.say(table.concat(lines, "\n"))
end


return _M
