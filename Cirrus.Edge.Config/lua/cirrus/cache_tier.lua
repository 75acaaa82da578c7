-- The outer tier: which domain, which object, and what the client is told.
local cache_status = require "cirrus.core.cache_status"
local cdn_loop = require "cirrus.core.cdn_loop"
local connection_fields = require "cirrus.connection_fields"
local directives = require "cirrus.request_directives"
local domains = require "cirrus.domains"
local encodings = require "cirrus.encodings"
local errors = require "cirrus.errors"
local explain = require "cirrus.explain"
local freshness = require "cirrus.freshness"
local inner = require "cirrus.inner"
local invalidation = require "cirrus.invalidation"
local link = require "cirrus.link"
local memory_cache = require "cirrus.memory_cache"
local object_times = require "cirrus.core.object_times"
local plans = require "cirrus.plans"
local protection = require "cirrus.protection"
local shown_headers = require "cirrus.response_headers"
local secure = require "cirrus.secure"
local settings = require "cirrus.settings"
local shield = require "cirrus.shield"
local slices = require "cirrus.slices"
local stored = require "cirrus.stored"
local soft_purge = require "cirrus.soft_purge"
local store_times = require "cirrus.store_times"
local tag_index = require "cirrus.tag_index"
local unstored = require "cirrus.unstored"
local upgrade = require "cirrus.upgrade"


local new_table = require "table.new"
local concat = table.concat
local find, match = string.find, string.match
local request_headers = ngx.req.get_headers
local discard_body, get_method = ngx.req.discard_body, ngx.req.get_method
local clear_request_header = ngx.req.clear_header
local set_request_header = ngx.req.set_header
local response_headers, set_method = ngx.resp.get_headers, ngx.req.set_method
local http_time, http_version = ngx.http_time, ngx.req.http_version
local header, time, var = ngx.header, ngx.time, ngx.var


local _M = {}


-- Room for what is noted of a request, so that the table doesn't grow.
local CTX_FIELDS = 8


local IDENTIFIER = cache_status.identifier(settings.node)
local LOOP_MARK = "cirrus-" .. settings.node


-- A header value of the request; several lines as one. nginx's variables have
-- all of them for few fields, cookies among them.
local function request_field(name)
  local value = var["http_" .. name:lower():gsub("-", "_")]
  if value and name ~= "Cookie" then
    value = request_headers(0)[name:lower()]
  end
  return type(value) == "table" and concat(value, ", ") or value
end


local function forward_health(ctx)
  ctx.reason = "bypass"
  var.cirrus_zone = "off"
  var.cirrus_uri = settings.HEALTH_PATH
  var.cirrus_request = "off " .. settings.HEALTH_HOST
end


-- What a body says is no part of the key, but some origins heed it in a GET.
local function has_body()
  local length = var.http_content_length
  return length and tonumber(length) ~= 0 or var.http_transfer_encoding
end


-- From HTTP/2 on a body needs no header field that announces it.
local function drop_hidden_body(ctx)
  if ctx.server_name and http_version() >= 2 then
    discard_body()
  end
end


-- Fields in a spelling that many requests share, before the object is looked
-- for.
local function normalise_fields(plan)
  -- RFC 9110, section 13.2.2: the tag alone counts; nginx would ask for both.
  if var.http_if_none_match then
    clear_request_header("If-Modified-Since")
  end
  local encoding = var.http_accept_encoding
  if encoding then
    local wanted = plan.policy.slice and "" or encodings.of(encoding)
    if wanted == "" then
      clear_request_header("Accept-Encoding")
    elseif wanted ~= encoding then
      set_request_header("Accept-Encoding", wanted)
    end
  end
end


-- Looks for the object, or with `bypass` past it, to store what comes.
local function look_up(ctx, plan, domain, bypass)
  drop_hidden_body(ctx)
  ctx.plan = plan
  var.cirrus_key = plan.key
  var.cirrus_request = plan.request
  if not bypass and not ctx.peer then
    shield.prepare(domain, ctx)
  end
  if bypass then
    ctx.reason = bypass == "authorization" and "bypass" or "request"
    ctx.why = bypass
    var.cirrus_bypass = "1"
    if bypass == "authorization" then
      var.cirrus_request = plan.policy.text .. ";authorized " .. domain.name
    end
  end
  if ctx.inner then
    var.cirrus_request = inner.request(ctx, var.cirrus_request, domain)
  end
  if plan.policy.slice and get_method() == "GET" and
      (not bypass or ctx.inner) then
    return slices.enter(ctx, plan.policy.slice)
  end
end


-- Whether the object is known not to be stored. What the node fetches for its
-- cache it fetches all the same. Of an object that varies another variant may
-- be stored.
local function goes_past(ctx, plan)
  local is_known
  if ctx.inner then
    is_known = ctx.inner == "probe" and unstored.is_noted(plan)
  else
    is_known = unstored.is_known(plan)
  end
  return is_known and not (plan.varies and stored.find(plan.key))
end


local function forward(ctx, domain, host)
  local method = ctx.inner_method or get_method()
  local plan = plans.find(domain, ctx.server_name and "https" or "http", host,
    ctx.uri or var.request_uri, method)
  if plan.is_too_long then
    return errors.reply(414)
  end
  local is_read = method == "GET" or method == "HEAD"
  local why
  connection_fields.drop()
  if plan.policy.by_request and is_read then
    plan, ctx.device, why = plans.refine(plan, request_field)
    var.cirrus_device = ctx.device or ""
  end

  if plan.memory and is_read and not why and not ctx.is_special then
    memory_cache.serve(plan, ctx)
  end
  local is_upgrade = ctx.is_special and upgrade.prepare()
  var.cirrus_uri = plan.origin_uri or plan.uri
  if not is_read then
    ctx.reason = "method"
    if invalidation.is_caused_by(method) then
      ctx.invalidates = plan
    end
  elseif not plan.key or why or is_upgrade or
      ctx.is_special and has_body() then
    ctx.reason = "bypass"
    ctx.why = not plan.key and "policy" or why or is_upgrade and
      "upgrade" or "body"
  else
    normalise_fields(plan)
    if goes_past(ctx, plan) then
      ctx.reason, ctx.past = "uri-miss", plan
    end
  end
  local bypass
  if not ctx.reason then
    bypass = ctx.inner == "refresh" and "refresh" or
      ctx.is_special and directives.bypass(plan)
    if bypass == "unavailable" then
      return errors.reply(504, "The object isn't in the cache.")
    elseif bypass == "no-store" then
      ctx.reason, ctx.why = "request", bypass
    end
  end
  if domain.request_headers and domain.request_headers.has_paths then
    var.cirrus_path = plan.uri
  end
  ctx.explained = ctx.inner and plan
  if ctx.reason then
    var.cirrus_zone = "off"
    var.cirrus_request = ctx.inner and
      inner.request(ctx, plan.uncached, domain) or plan.uncached
    return
  end
  return look_up(ctx, plan, domain, bypass)
end


function _M.access()
  local fresh, why = freshness.wait()
  if not fresh then
    return errors.reply(503, "The edge can't answer yet: " .. why .. ".")
  end

  local host = var.host
  local ctx = new_table(0, CTX_FIELDS)
  ngx.ctx = ctx
  if host == settings.HEALTH_HOST and var.uri == settings.HEALTH_PATH then
    return forward_health(ctx)
  end
  ctx.is_special = var.cirrus_special ~= ""
  -- Over TLS there is always one.
  ctx.server_name = var.ssl_server_name or
    ctx.is_special and inner.recall(ctx, host) or nil
  if ctx.server_name and secure.is_misdirected(ctx.server_name, host) then
    -- Nothing is said about a host that this is not the connection for.
    ctx.hsts = false
    return errors.reply(shield.status(421))
  end
  local domain = domains.find(host)
  if not domain and link.problem("domains") then
    return errors.reply(503, "The edge has no room for all domains.")
  elseif not domain then
    return errors.reply(shield.status(404))
  end
  ctx.domain = domain.name
  ctx.hsts = domain.hsts or false
  ctx.response_headers = domain.response_headers or false
  ctx.change = domains.applied()
  if domain.is_lost then
    return errors.reply(503, domain.problem or
      "The edge has no room for this domain.")
  end
  -- RFC 8586: an origin that leads back here would go round for ever.
  if ctx.is_special and cdn_loop.has(var.http_cdn_loop or "", LOOP_MARK) then
    return errors.reply(shield.status(508))
  elseif ctx.is_special and var.http_x_cirrus_pass then
    domain = shield.admit(domain, host, ctx)
  end
  if domain.redirect and not ctx.server_name and not ctx.peer and
      secure.is_served(host) then
    return secure.redirect(host)
  end
  -- Another node's request has no client's address to judge by.
  if domain.protection and not ctx.peer then
    protection.check(domain, host, ctx)
  end
  return forward(ctx, domain, host)
end


local FROM_CACHE = { HIT = true, UPDATING = true, STALE = true }


-- An object that may not be used although no origin answers (RFC 9111,
-- section 4.2.4). nginx is about to send it; as an answer to HEAD it ends with
-- its header, which then tells the failure.
local function refuse_stale()
  local failed = tonumber(match(var.upstream_status, "(%d+)$"))
  for name in pairs(response_headers(0)) do
    header[name] = nil
  end
  set_method(ngx.HTTP_HEAD)
  ngx.status = failed == 500 and 502 or failed
  header["Server"] = "Cirrus"
  header["Date"] = http_time(time())
  header["Content-Length"] = 0
  header["Cache-Control"] = "no-store"
  header["Cache-Status"] = cache_status.member(IDENTIFIER, "STALE",
    { fwd_status = failed, detail = "stale-is-forbidden" })
end


local function describe(status, reason, now, born, ends, purged)
  local outcome = {
    reason = reason, detail = ngx.ctx.why, ttl = ends and ends - now or 0,
  }
  if not FROM_CACHE[status] then
    outcome.stored = ends and status
  end
  if status == "STALE" then
    outcome.fwd_status = match(var.upstream_status or "", "(%d+)$")
    if not outcome.fwd_status then
      -- It is being refreshed meanwhile.
      status = "UPDATING"
    end
  elseif var.upstream_http_x_cirrus_revalidated and status == "EXPIRED" or
      status == "REVALIDATED" then
    outcome.fwd_status = 304
  end
  if born and FROM_CACHE[status] then
    local age = now - born
    -- A large object that was confirmed has the times of the first answer; it
    -- is younger than they say, at most as old as its lifetime.
    if status == "HIT" and outcome.ttl < 0 then
      age = ends - born
      outcome.ttl = 0
      header["Date"] = http_time(now - age)
    end
    header["Age"] = age > 0 and age or 0
  end
  if purged then
    outcome.ttl = -purged
    outcome.detail = "purged"
  end
  return cache_status.member(IDENTIFIER, status, outcome)
end


-- Returns since how many seconds the object has been softly purged, if it has.
local function note_object(ctx, plan, status)
  local epochs = plan.domain.epochs
  if status ~= "HIT" then
    store_times.note(plan)
    ctx.stores = plan
  end
  if FROM_CACHE[status] and not plan.is_untagged and not epochs.newest_soft or
      not var.upstream_http_x_cirrus_object then
    return nil
  end
  tag_index.note(plan, status)
  local purged = FROM_CACHE[status] and soft_purge.age(plan)
  if purged and not ctx.inner then
    soft_purge.refresh(ctx)
  end
  return purged
end


-- One variant that is stored doesn't say that the others are.
local function note_outcome(plan, status)
  if plan.varies and FROM_CACHE[status] then
    return
  elseif status ~= "MISS" or var.upstream_http_x_cirrus_object then
    unstored.forget(plan)
  elseif ngx.status < 500 then
    unstored.note(plan)
  end
end


function _M.header_filter()
  secure.add_headers()
  upgrade.add_header()
  local ctx = ngx.ctx
  shield.add_header(ctx)
  if ctx.from_memory then
    return shown_headers.apply(ctx.response_headers, true)
  end
  local status, reason = var.upstream_cache_status, ctx.reason
  if ctx.inner == "probe" then
    explain.note(ctx)
  end
  if ctx.invalidates and ngx.status < 400 then
    invalidation.after(ctx.invalidates)
  end
  if not status and not reason then
    return shown_headers.apply(ctx.response_headers)
  end
  local named = ctx.plan or ctx.past
  if named and var.upstream_http_vary then
    named.varies = true
  end
  local now = time()
  local born, ends, usable =
    object_times.read(var.upstream_http_x_cirrus_object)
  if status == "STALE" and born and now > usable and
      find(var.upstream_status or "", "%d$") then
    refuse_stale()
    return shown_headers.apply(ctx.response_headers)
  end
  -- What nginx fetches by itself has no context.
  local plan = status and (ctx.plan or plans.of_key(var.cirrus_key))
  local purged = plan and note_object(ctx, plan, status)
  if status and not ctx.plan and ngx.is_subrequest then
    return
  end
  if status and status ~= "BYPASS" and ctx.plan then
    if ctx.inner ~= "probe" then
      note_outcome(ctx.plan, status)
    end
    if status == "HIT" and not purged and not ctx.inner then
      memory_cache.note_hit(ctx.plan, var.upstream_http_x_cirrus_object)
    end
  end
  local member = describe(status, reason, now, born, ends, purged)
  local upstream = var.upstream_http_cache_status
  header["Cache-Status"] = upstream and upstream .. ", " .. member or member
  return shown_headers.apply(ctx.response_headers)
end


return _M
