-- The format of sealed texts: sealed:v1:{id}:{base64 of nonce, ciphertext and
-- tag}, AES-256-GCM. The id names the key they were sealed with.
local _M = {}


local NONCE, TAG = 12, 16


-- Whether a text is sealed, by whatever version of the format.
function _M.is_sealed(text)
  return text:sub(1, 7) == "sealed:"
end


-- Returns `id`, `nonce`, `ciphertext` and `tag` in a table, or nil and why
-- not. `decode_base64` returns nil for what is no base64.
function _M.parse(text, decode_base64)
  local version, rest = text:match("^sealed:([^:]*):(.*)$")
  if version ~= "v1" then
    return nil, "sealed in an unknown format"
  end
  local id, encoded = rest:match("^(%x%x%x%x%x%x%x%x):(.+)$")
  local bytes = encoded and decode_base64(encoded)
  if not bytes or #bytes < NONCE + TAG then
    return nil, "sealed, but damaged"
  end
  return {
    id = id,
    nonce = bytes:sub(1, NONCE),
    ciphertext = bytes:sub(NONCE + 1, -TAG - 1),
    tag = bytes:sub(-TAG),
  }
end


return _M
