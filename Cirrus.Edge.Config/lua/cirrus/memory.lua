-- What the log reader puts into shared memory, and what did not fit there.
local certificate_record = require "cirrus.core.certificate_record"
local certificates = require "cirrus.certificate_store"
local cjson = require "cjson.safe"
local domain_store = require "cirrus.domain_store"
local epoch_store = require "cirrus.epoch_store"
local origin_health = require "cirrus.origin_health"
local shortage = require "cirrus.shortage"


local log, ERR = ngx.log, ngx.ERR
local null = ngx.null


local _M = {}


local domains_short = shortage.new("domains", "CIRRUS_EDGE_STATE_SIZE")
local certificates_short = shortage.new("certificates",
  "CIRRUS_EDGE_CERTIFICATES_SIZE")


function _M.put_domain(name, document, epochs)
  local decoded, err = cjson.decode(document)
  if type(decoded) ~= "table" then
    log(ERR, "domain ", name, ": document is not a JSON object: ", err)
    return
  end
  origin_health.note_domain(name, decoded)
  domains_short:note(name,
    domain_store.put(name, document, cjson.encode(epochs)))
end


-- Raises what purges {kind = …, values = {…}, id = change id} of a domain say.
function _M.raise(name, purges)
  if domain_store.has(name) then
    domains_short:note(name, epoch_store.raise(name, purges))
  end
end


function _M.drop_domain(name)
  origin_health.note_domain(name, nil)
  domain_store.drop(name)
  domains_short:note(name, true)
end


-- The fields as Redis has them, `ngx.null` where there is none.
function _M.put_certificate(name, fullchain, key, not_after)
  if fullchain ~= null and key ~= null then
    certificates_short:note(name, certificates.put(name,
      certificate_record.encode(fullchain, key, not_after)))
    return
  end
  if fullchain ~= key then
    log(ERR, "certificate of ", name, ": chain or key is missing")
  end
  _M.drop_certificate(name)
end


function _M.drop_certificate(name)
  certificates.drop(name)
  certificates_short:note(name, true)
end


function _M.all_domains_read()
  domains_short:clear()
end


function _M.all_certificates_read()
  certificates_short:clear()
  certificates.set_complete()
end


-- Names of domains and of certificates that did not fit and are to be tried
-- again now; nil for each when there is none.
function _M.due()
  return domains_short:due(), certificates_short:due()
end


return _M
