-- What TLS means for requests: whose they may be, who is sent to HTTPS, and
-- the fields that say so.
local certificates = require "cirrus.certificates"
local domains = require "cirrus.domains"
local errors = require "cirrus.errors"
local recent = require "cirrus.core.recent"
local redirect = require "cirrus.core.redirect"
local settings = require "cirrus.settings"
local store = require "cirrus.certificate_store"


local header, var = ngx.header, ngx.var
local lower = string.lower


local _M = {}


local function is_covered(server_name, host)
  local name = lower(server_name)
  local certificate = certificates.find(name)
  return certificate ~= nil and
    (name == host or certificates.covers(certificate, host))
end


-- What was found out, by server name and host, since the last change of any
-- certificate. Strangers choose both.
local MAX_VERDICTS = 1000
local verdicts, verdicts_of = recent.new(MAX_VERDICTS), nil


-- RFC 9110, section 7.4. A connection is good for the hosts that its
-- certificate covers; of a resumed one, or one that has been open for long, the
-- certificate may be gone.
function _M.is_misdirected(server_name, host)
  local changes = store.changes()
  if changes ~= verdicts_of then
    verdicts, verdicts_of = recent.new(MAX_VERDICTS), changes
  end
  local names = server_name .. " " .. host
  local covered = verdicts:get(names)
  if covered == nil then
    covered = is_covered(server_name, host)
    verdicts:set(names, covered)
  end
  return not covered
end


-- Whether clients that come by HTTPS find a certificate.
function _M.is_served(host)
  return certificates.find(host) ~= nil
end


function _M.redirect(host)
  header["Location"] = redirect.location(host, settings.https_port,
    var.request_uri)
  return errors.reply(redirect.status(ngx.req.get_method()))
end


function _M.add_headers(ctx)
  local hsts = ctx.hsts
  if hsts == nil then
    -- Error pages of nginx have a context of their own.
    local domain = domains.find(var.host)
    hsts = domain and domain.hsts
  end
  if not hsts and not settings.alt_svc then
    return
  end

  local is_secure = var.https == "on"
  if hsts then
    -- RFC 6797, section 7.2: never without TLS.
    header["Strict-Transport-Security"] = is_secure and hsts or nil
  end
  if is_secure then
    header["Alt-Svc"] = settings.alt_svc
  end
end


return _M
