-- What the client is told: from where an answer is, how old it is, and what the
-- domain wants all of its answers to say.
local cache_status = require "cirrus.core.cache_status"
local explain = require "cirrus.explain"
local invalidation = require "cirrus.invalidation"
local object_times = require "cirrus.core.object_times"
local outcome = require "cirrus.outcome"
local past_cache = require "cirrus.past_cache"
local secure = require "cirrus.secure"
local settings = require "cirrus.settings"
local shielding = require "cirrus.shielding"
local shown_headers = require "cirrus.response_headers"
local upgrade = require "cirrus.upgrade"


local find, match = string.find, string.match
local get_headers, set_method = ngx.resp.get_headers, ngx.req.set_method
local header, http_time, time = ngx.header, ngx.http_time, ngx.time
local var = ngx.var
local FROM_CACHE = outcome.FROM_CACHE


local _M = {}


local IDENTIFIER = cache_status.identifier(settings.node)


-- What is about to be sent may not be. As an answer to HEAD it ends with its
-- header, which then tells the failure.
local function refuse(ctx, status, member)
  for name in pairs(get_headers(0)) do
    header[name] = nil
  end
  set_method(ngx.HTTP_HEAD)
  ngx.status = status
  header["Server"] = "Cirrus"
  header["Date"] = http_time(time())
  header["Content-Length"] = 0
  header["Cache-Control"] = "no-store"
  header["Cache-Status"] = member
  secure.add_headers(ctx)
end


-- An object that may not be used although no origin answers (RFC 9111, section
-- 4.2.4).
local function refuse_stale(ctx)
  local failed = tonumber(match(var.upstream_status, "(%d+)$"))
  return refuse(ctx, failed == 500 and 502 or failed,
    cache_status.member(IDENTIFIER, "STALE",
      { fwd_status = failed, detail = "stale-is-forbidden" }))
end


local function refuse_interim(ctx)
  return refuse(ctx, 502, cache_status.member(IDENTIFIER, nil,
    { reason = ctx.reason, detail = "interim-response" }))
end


-- Of an object from the cache. Returns what is left of its life.
local function show_age(status, born, ends, now)
  local age, left = now - born, ends - now
  if status == "HIT" then
    age, left = object_times.of_fresh(born, ends, now)
    if ends < now then
      header["Date"] = http_time(now - age)
    end
  end
  header["Age"] = age > 0 and age or 0
  return left
end


-- The cache's word, and the status of the origin's answer where that matters.
local function words_of(status)
  if status == "STALE" then
    local failed = match(var.upstream_status or "", "(%d+)$")
    -- Without one it is being refreshed meanwhile.
    return failed and status or "UPDATING", failed
  elseif status == "REVALIDATED" or
      status == "EXPIRED" and var.upstream_http_x_cirrus_revalidated then
    return status, 304
  end
  return status
end


-- `status` is the word of nginx's cache, nil when it was not asked; `born` and
-- `ends` are the times of an object from it.
local function show_cache_status(ctx, status, object, now, born, ends)
  local purged = status and outcome.note(ctx, status, object)
  local is_from_cache = FROM_CACHE[status]
  local word, fwd_status = words_of(status)
  if ctx.inner == "probe" then
    -- That no origin was asked is no origin's answer.
    fwd_status = nil
  end
  local left = born and show_age(word, born, ends, now) or 0
  local member = cache_status.member(IDENTIFIER, word, {
    -- A page in the answer's place knows no more than nginx's word.
    reason = ctx.reason or "request",
    detail = purged and "purged" or ctx.why,
    ttl = purged and -purged or left,
    stored = not is_from_cache and not ctx.is_page and object and status,
    fwd_status = fwd_status,
  })
  local upstream = var.upstream_http_cache_status
  header["Cache-Status"] = upstream and upstream .. ", " .. member or member
end


local function show(ctx, status)
  outcome.note_vary(ctx)
  local object = not ctx.is_past_cache and var.upstream_http_x_cirrus_object
  if not object or not FROM_CACHE[status] then
    return show_cache_status(ctx, status, object)
  end
  local now = time()
  local born, ends, usable = object_times.read(object)
  if status == "STALE" and born and now > usable and
      ctx.inner ~= "probe" and find(var.upstream_status or "", "%d$") then
    return refuse_stale(ctx)
  end
  return show_cache_status(ctx, status, object, now, born, ends)
end


function _M.header_filter()
  local ctx = ngx.ctx
  if ctx.is_past_cache then
    if not past_cache.has_header() then
      return ngx.exit(ngx.ERROR)
    elseif not past_cache.header_filter(ctx) then
      return refuse_interim(ctx)
    end
  end
  secure.add_headers(ctx)
  upgrade.add_header()
  shielding.add_header(ctx)
  if ctx.from_memory then
    return shown_headers.apply(ctx.response_headers)
  end
  local status = var.upstream_cache_status
  if status and not ctx.plan and ngx.is_subrequest then
    -- Nobody sees what nginx fetches by itself.
    return outcome.note(ctx, status, var.upstream_http_x_cirrus_object)
  end
  if ctx.inner == "probe" then
    explain.note(ctx)
  end
  if ctx.invalidates and ngx.status < 400 then
    invalidation.after(ctx.invalidates)
  end
  if status or ctx.reason then
    show(ctx, status)
  end
  return shown_headers.apply(ctx.response_headers, ctx.is_past_cache)
end


return _M
