-- HMAC-SHA256 (RFC 2104), by nginx's own libcrypto.
local ffi = require "ffi"


ffi.cdef [[
const void *EVP_sha256(void);
unsigned char *HMAC(const void *type, const void *key, int key_length,
  const unsigned char *data, size_t length, unsigned char *digest,
  unsigned int *digest_length);
]]


local C = ffi.C
local digest = ffi.new("unsigned char[32]")
local digest_length = ffi.new("unsigned int[1]")


local _M = {}


function _M.sha256(key, text)
  C.HMAC(C.EVP_sha256(), key, #key, text, #text, digest, digest_length)
  return ffi.string(digest, 32)
end


return _M
