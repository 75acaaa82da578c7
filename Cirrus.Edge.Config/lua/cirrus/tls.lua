-- Handshakes: which certificate, or none.
local certificates = require "cirrus.certificates"
local link = require "cirrus.link"
local metrics = require "cirrus.metrics"
local ssl = require "ngx.ssl"
local store = require "cirrus.certificate_store"


local lower = string.lower
local server_name = ssl.server_name
local set_cert, set_priv_key = ssl.set_cert, ssl.set_priv_key


local _M = {}


-- How long a handshake waits for a node that has just been started.
local MAX_WAIT = 1.5
local STEP = 0.005


local function find(name)
  local certificate, is_broken = certificates.find(name)
  if certificate or store.is_complete() then
    return certificate, is_broken
  end

  local deadline = ngx.now() + MAX_WAIT
  while not certificate and not store.is_complete() and
      link.state() ~= "down" and ngx.now() < deadline do
    ngx.sleep(STEP)
    certificate, is_broken = certificates.find(name)
  end
  return certificate, is_broken
end


local function refuse(phase)
  metrics.handshake_failed(phase)
  return ngx.exit(ngx.ERROR)
end


function _M.certificate()
  local name = server_name()
  if not name then
    return refuse("server_name")
  end
  local certificate, is_broken = find(lower(name))
  if not certificate then
    return refuse(is_broken and "certificate" or "server_name")
  end
  if not set_cert(certificate.chain) or not set_priv_key(certificate.key) then
    return refuse("certificate")
  end
end


return _M
