-- The origin tier's answers on their way to the cache tier: for how long they
-- may be kept, and what else nginx's cache is to see of them.
local collapsing = require "cirrus.collapsing"
local compression = require "cirrus.core.compression"
local http_date = require "cirrus.core.http_date"
local interim = require "cirrus.interim"
local merge = require "cirrus.core.merge"
local policy = require "cirrus.core.policy"
local object_times = require "cirrus.core.object_times"
local origin_fields = require "cirrus.origin_fields"
local request = require "cirrus.origin_request"
local revalidation = require "cirrus.revalidation"
local shield = require "cirrus.shield"


local clear_header = ngx.req.clear_header
local header, time, var = ngx.header, ngx.time, ngx.var
local text_of = merge.text


local _M = {}


local function field(name)
  return text_of(header[name])
end


local function date(name, now)
  local value = field(name)
  return value and http_date.parse(value, now)
end


-- What an origin says of times, where it is heeded.
local function describe_times(response, now)
  response.cdn_cache_control = field("CDN-Cache-Control")
  response.surrogate_control = field("Surrogate-Control")
  response.date = date("Date", now)
  response.last_modified = date("Last-Modified", now)
  local expires = field("Expires")
  -- A date that can't be read is in the past.
  response.expires = expires and (http_date.parse(expires, now) or 0)
end


local function describe_response(wanted)
  local now = time()
  local response = {
    status = ngx.status,
    now = now,
    cache_control = field("Cache-Control"),
    age = field("Age"),
    vary = field("Vary"),
    has_cookie = header["Set-Cookie"] ~= nil,
    is_authorized = wanted.authorized,
    is_slice = wanted.slice ~= nil,
  }
  if not wanted.override then
    describe_times(response, now)
  end
  return response
end


-- nginx's cache in the other tier obeys Cache-Control, so that field carries
-- our decision there, and the origin's own travels beside it to the client.
local function hand_over(response, ttl, stale)
  header["X-Cirrus-Cache-Control"] = response.cache_control
  if response.vary then
    header["Vary"] = response.vary
  end
  if ttl > 0 then
    local age = policy.age(response.age)
    header["Cache-Control"] = "max-age=" .. ttl ..
      (stale.swr > 0 and ", stale-while-revalidate=" .. stale.swr or "")
    local ends = response.now + ttl
    header["X-Cirrus-Object"] = object_times.write(response.now - age, ends,
      ends + stale.sie, stale.grace)
    header["X-Cirrus-Applied"] = var.cirrus_applied
    origin_fields.join_lines("Surrogate-Key")
    origin_fields.join_lines("Cache-Tag")
  else
    header["Cache-Control"] = "no-store"
    header["X-Cirrus-Object"] = nil
    header["X-Cirrus-Applied"] = nil
    header["X-Accel-Buffering"] = "no"
  end
end


-- nginx compresses what is left to it here, in the way the request accepts.
local function choose_compression(response, wanted)
  local is_worthwhile = wanted and wanted.compress and
    compression.is_worthwhile({
      status = response.status,
      cache_control = response.cache_control,
      content_type = header["Content-Type"],
      content_encoding = header["Content-Encoding"],
      content_length = header["Content-Length"],
    })
  if is_worthwhile or wanted and header["Content-Encoding"] then
    response.vary = compression.vary(response.vary)
  end
  if not is_worthwhile then
    clear_header("Accept-Encoding")
  end
end


local function filter()
  local step = var.cirrus_step
  if step == "given" then
    revalidation.shorten_lifetime()
  end
  if step == "refresh" or step == "given" then
    return clear_header("Accept-Encoding")
  end
  origin_fields.drop_of_connection()
  if ngx.status == 304 and var.http_x_cirrus_hop then
    return revalidation.pack_fields()
  end

  header["Server"] = "Cirrus"
  local is_new = step ~= "merge" or revalidation.update_fields()
  local wanted = request.policy()
  if not wanted then
    clear_header("Accept-Encoding")
    return hand_over({
      cache_control = field("Cache-Control"), vary = field("Vary"),
    }, 0)
  end
  local response = describe_response(wanted)
  choose_compression(response, wanted)
  hand_over(response, shield.bound(policy.decide(response, wanted)))
  if not is_new then
    ngx.status = 304
    header["Content-Length"] = nil
  end
end


function _M.header_filter()
  if origin_fields.are_missing() then
    return ngx.exit(ngx.ERROR)
  elseif interim.is_relayed() then
    origin_fields.drop_of_connection()
    return clear_header("Accept-Encoding")
  elseif interim.is_one() then
    interim.note(request.domain_name())
    return ngx.exit(ngx.ERROR)
  end
  filter()
  -- After a failure the cache tier may serve the old object.
  if collapsing.has_claim() and
      (not header["X-Cirrus-Object"] or ngx.status >= 500) then
    collapsing.give_up()
  end
end


return _M
