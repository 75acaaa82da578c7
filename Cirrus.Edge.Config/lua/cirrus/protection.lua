-- What stands between clients and a domain, before its cache: in this order.
local cors = require "cirrus.core.cors"
local countries = require "cirrus.countries"
local errors = require "cirrus.errors"
local expressions = require "cirrus.expressions"
local hmac = require "cirrus.hmac"
local networks = require "cirrus.core.networks"
local path_pattern = require "cirrus.core.path_pattern"
local rate_limits = require "cirrus.rate_limits"
local redirects = require "cirrus.core.redirects"
local referrers = require "cirrus.core.referrers"
local request_body = require "cirrus.request_body"
local signed_url = require "cirrus.core.signed_url"
local uris = require "cirrus.core.uri"


local header, var = ngx.header, ngx.var
local decode_base64 = ngx.decode_base64
local get_method, is_internal = ngx.req.get_method, ngx.req.is_internal
local log, ERR = ngx.log, ngx.ERR


local _M = {}


local function maintenance(page)
  if page.allow and networks.contains(page.allow, var.binary_remote_addr) then
    return
  end
  header["Retry-After"] = page.retry_after
  return errors.reply(page.status, "This domain is being worked on.",
    page.body, page.content_type)
end


local function check_address(protection)
  local address = var.binary_remote_addr
  local allow, deny = protection.allow, protection.deny
  if deny and networks.contains(deny, address) or
      allow and not networks.contains(allow, address) then
    return errors.reply(403)
  end
end


-- An address whose country is not known is in none.
local function check_country(protection)
  if not countries.is_available() then
    if not protection.is_reported then
      protection.is_reported = true
      log(ERR, "domain ", ngx.ctx.domain, " asks for countries, which this ",
        "node can't tell: see CIRRUS_EDGE_COUNTRY_DATABASE")
    end
    return errors.reply(503, "This node can't tell countries.")
  end
  local country = countries.of(var.remote_addr) or "none"
  local allow, deny = protection.allow_countries, protection.deny_countries
  if deny and deny[country] or allow and not allow[country] then
    return errors.reply(403, "This country may not ask here.")
  end
end


local function check_rate(domain, limits, uri)
  local wait = rate_limits.check(domain, limits, uri)
  if wait then
    header["Retry-After"] = wait
    return errors.reply(429)
  end
end


local function check_client(domain, protection, uri)
  check_address(protection)
  if protection.needs_country then
    check_country(protection)
  end
  if protection.rate_limits then
    check_rate(domain, protection.rate_limits, uri)
  end
end


local function is_preflight()
  return get_method() == "OPTIONS" and var.http_origin ~= nil and
    var.http_access_control_request_method ~= nil
end


-- The fields that tell who may read the answer are set as for all answers.
local function preflight(rules)
  if not cors.allowed(rules, var.http_origin) then
    return errors.reply(403, "This origin may not ask here.")
  end
  header["Access-Control-Allow-Methods"] = rules.methods
  header["Access-Control-Allow-Headers"] = rules.all_headers and
    var.http_access_control_request_headers or rules.headers
  header["Access-Control-Max-Age"] = rules.max_age
  if rules.all_headers then
    header["Vary"] = "Access-Control-Request-Headers"
  end
  ngx.status = 204
  header["Server"] = "Cirrus"
  header["Cache-Control"] = "no-store"
  ngx.send_headers()
  return ngx.exit(204)
end


local function check_referrer(rules, host)
  if not referrers.is_allowed(rules, var.http_referer, host) then
    return errors.reply(403, "This referrer may not ask here.")
  end
end


local function hmac_by(guard)
  return function(id, text)
    for _, key in ipairs(guard.keys) do
      if key.id == id then
        key.octets = key.octets or decode_base64(tostring(key.secret)) or ""
        if #key.octets < 16 then
          return nil
        end
        return (hmac.sha256(key.octets, text):gsub(".", function(octet)
          return ("%02x"):format(octet:byte())
        end))
      end
    end
    return nil
  end
end


local function first(guards, path, is_match)
  for i = 1, #guards do
    if is_match(guards[i].pattern, path, expressions.match) then
      return guards[i]
    end
  end
end


local function ask_signature(guard, host, uri, signed)
  local ok, why = true, nil
  if guard then
    ok, why = signed_url.check(host, uri, signed, ngx.time(), hmac_by(guard))
  end
  if not ok then
    return errors.reply(403, why)
  end
end


-- Returns the URI without signature. Where a less strict origin may take the
-- path for another guard's, that one's key must have signed it, too.
local function check_signature(guards, uri, host, was_checked)
  local path = uris.path(uri)
  local loose = uris.loose(path)
  local guard = first(guards, path, path_pattern.is_match)
  local other = loose and first(guards, loose, path_pattern.is_loose_match)
  if not guard and not other then
    return uri
  end
  local plain, signed = signed_url.parse(uri)
  if not was_checked then
    ask_signature(guard, host, plain, signed)
    if other ~= guard then
      ask_signature(other, host, plain, signed)
    end
  end
  return plain
end


local function redirect(rules, uri, host)
  local location, status = redirects.find(rules, uri,
    var.scheme .. "://" .. host, expressions.match)
  if location then
    header["Location"] = location
    return errors.reply(status, "It is elsewhere.")
  end
end


-- Answers the request, or returns. `ctx.uri` is then what the rest goes by
-- instead of the request's own URI, when that has a signature.
function _M.check(domain, host, ctx)
  local protection = domain.protection
  -- A request begun anew with its body read was. What the node asks for itself
  -- is no client's; how one would be answered can be told, but for what depends
  -- on who the client is.
  local was_checked = is_internal() or ctx.inner and ctx.inner ~= "probe"
  local uri = protection.needs_uri and uris.canonical(var.request_uri)
  if not was_checked then
    if protection.maintenance then
      maintenance(protection.maintenance)
    end
    if not ctx.inner then
      check_client(domain, protection, uri)
    end
    if protection.cors and is_preflight() then
      preflight(protection.cors)
    end
    if protection.referrers then
      check_referrer(protection.referrers, host)
    end
  end
  if protection.signed_urls then
    uri = check_signature(protection.signed_urls, uri, host, was_checked)
    ctx.uri = uri
  end
  if was_checked then
    return
  end
  if protection.redirects then
    redirect(protection.redirects, uri, host)
  end
  if protection.max_body then
    request_body.check(protection.max_body)
  end
end


return _M
