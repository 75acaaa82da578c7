-- Opens sealed texts with the keys of CIRRUS_KEY_ENCRYPTION_KEYS, by nginx's
-- own libcrypto.
local ffi = require "ffi"
local sealed_text = require "cirrus.core.sealed_text"
local settings = require "cirrus.settings"


ffi.cdef [[
unsigned char *SHA256(const unsigned char *data, size_t length,
  unsigned char *digest);
const void *EVP_aes_256_gcm(void);
void *EVP_CIPHER_CTX_new(void);
void EVP_CIPHER_CTX_free(void *context);
int EVP_CIPHER_CTX_ctrl(void *context, int type, int argument, void *pointer);
int EVP_DecryptInit_ex(void *context, const void *type, void *engine,
  const unsigned char *key, const unsigned char *nonce);
int EVP_DecryptUpdate(void *context, unsigned char *out, int *out_length,
  const unsigned char *data, int length);
int EVP_DecryptFinal_ex(void *context, unsigned char *out, int *out_length);
void ERR_clear_error(void);
]]


local C = ffi.C
local decode_base64 = ngx.decode_base64
local SET_TAG = 0x11


local _M = {}


-- The first eight hexadecimal digits of the key's SHA-256.
local function id_of(key)
  local digest = ffi.new("unsigned char[32]")
  C.SHA256(key, #key, digest)
  return ("%02x%02x%02x%02x"):format(digest[0], digest[1], digest[2],
    digest[3])
end


local keys = {}
for encoded in settings.sealing_keys:gmatch("[^,]+") do
  local key = decode_base64(encoded)
  keys[id_of(key)] = key
end


-- Returns the text, or nil when the tag does not fit.
local function decrypt(context, key, parts, associated)
  local length = ffi.new("int[1]")
  local out = ffi.new("unsigned char[?]", #parts.ciphertext + 16)
  -- GCM's own nonce has the twelve bytes that ours has.
  local ok = C.EVP_DecryptInit_ex(context, C.EVP_aes_256_gcm(), nil, key,
      parts.nonce) == 1 and
    C.EVP_DecryptUpdate(context, nil, length, associated, #associated) == 1 and
    C.EVP_DecryptUpdate(context, out, length, parts.ciphertext,
      #parts.ciphertext) == 1
  local written = length[0]
  local tag = ffi.new("unsigned char[16]", parts.tag)
  ok = ok and C.EVP_CIPHER_CTX_ctrl(context, SET_TAG, 16, tag) == 1 and
    C.EVP_DecryptFinal_ex(context, out + written, length) == 1
  return ok and ffi.string(out, written) or nil
end


-- Returns what was sealed, or the text itself when it was not; nil and why not.
-- `associated` is the Redis key that it is stored under.
function _M.open(text, associated)
  if not sealed_text.is_sealed(text) then
    return text
  end
  local parts, err = sealed_text.parse(text, decode_base64)
  if not parts then
    return nil, err
  end
  local key = keys[parts.id]
  if not key then
    return nil, "sealed with key " .. parts.id ..
      ", which CIRRUS_KEY_ENCRYPTION_KEYS does not have"
  end
  local context = C.EVP_CIPHER_CTX_new()
  local opened = decrypt(context, key, parts, associated)
  C.EVP_CIPHER_CTX_free(context)
  if not opened then
    C.ERR_clear_error()
    return nil, "sealed with key " .. parts.id .. ", but damaged or moved"
  end
  return opened
end


return _M
