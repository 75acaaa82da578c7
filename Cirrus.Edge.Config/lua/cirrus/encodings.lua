-- What clients say in Accept-Encoding, looked up rather than parsed.
local accept_encoding = require "cirrus.core.accept_encoding"


local _M = {}


local MAX_TEXTS = 1000


local known, count = {}, 0


-- "br, gzip", "br", "gzip", or "" for none.
function _M.of(text)
  if not text then
    return ""
  end
  local encodings = known[text]
  if not encodings then
    if count == MAX_TEXTS then
      known, count = {}, 0
    end
    count = count + 1
    encodings = accept_encoding.normalise(text) or ""
    known[text] = encodings
  end
  return encodings
end


return _M
