-- The parsed certificates of this worker. A handshake costs one read of shared
-- memory; only what changed is parsed again, when it is asked for.
local ffi = require "ffi"
local keys = require "cirrus.keys"
local lrucache = require "resty.lrucache"
local sealed = require "cirrus.sealed"
local ssl = require "ngx.ssl"
local store = require "cirrus.certificate_store"
local wildcard_of = require "cirrus.core.domain".wildcard_of


ffi.cdef [[
int OPENSSL_sk_num(const void *stack);
void *OPENSSL_sk_value(const void *stack, int index);
int X509_check_private_key(const void *certificate, const void *key);
int X509_check_host(void *certificate, const char *name, size_t length,
  unsigned int flags, char **peer);
void ERR_clear_error(void);
]]


local C = ffi.C
local log, ERR = ngx.log, ngx.ERR


local _M = {}


-- A parsed certificate takes about 20 KB.
local MAX_PARSED = 10000


local parsed = assert(lrucache.new(MAX_PARSED))


-- Returns chain, key and leaf; nil and why not.
local function parse(name)
  local fullchain, stored_key = store.read(name)
  if not fullchain then
    return nil, "it was removed"
  end
  local pem_key, chain, key, err
  chain, err = ssl.parse_pem_cert(fullchain)
  if not chain then
    return nil, "bad chain: " .. err
  end
  pem_key, err = sealed.open(stored_key, keys.certificate(name))
  if not pem_key then
    return nil, "its key is " .. err
  end
  key, err = ssl.parse_pem_priv_key(pem_key)
  if not key then
    return nil, "bad key: " .. err
  end
  local leaf = C.OPENSSL_sk_value(chain, 0)
  if C.X509_check_private_key(leaf, key) ~= 1 then
    C.ERR_clear_error()
    return nil, "the key is not that of the certificate"
  end
  return chain, key, leaf
end


local function load(name, version)
  local chain, key, leaf = parse(name)
  if not chain then
    log(ERR, "certificate of ", name, " can't be used: ", key)
    return { version = version }
  end
  return {
    name = name, version = version, chain = chain, key = key, leaf = leaf,
  }
end


local function get(name, changes)
  local certificate = parsed:get(name)
  if certificate and certificate.seen == changes then
    return certificate
  end

  local version = store.version(name)
  if not version then
    if certificate then
      parsed:delete(name)
    end
    return nil
  end
  if not certificate or certificate.version ~= version then
    certificate = load(name, version)
    parsed:set(name, certificate)
  end
  certificate.seen = changes
  return certificate
end


-- The certificate for a host, with `chain`, `key` and `leaf`: the exact name
-- wins over a wildcard, one that can be used over one that can't. Without any
-- nil, and whether there is one that can't be used.
function _M.find(host)
  local changes = store.changes()
  local exact = get(host, changes)
  if exact and exact.chain then
    return exact
  end
  local wildcard = wildcard_of(host)
  local parent = wildcard and get(wildcard, changes)
  if parent and parent.chain then
    return parent
  end
  return nil, (exact or parent) ~= nil
end


function _M.covers(certificate, host)
  return C.X509_check_host(certificate.leaf, host, #host, 0, nil) == 1
end


return _M
