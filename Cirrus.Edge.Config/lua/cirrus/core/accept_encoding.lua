-- Accept-Encoding (RFC 9110, section 12.5.3) in few spellings: what a client
-- writes beside the codings that we deal in must not divide the cache.
local _M = {}


local function quality(parameters)
  local value = parameters:lower():match("^%s*;%s*q%s*=%s*([%d.]+)")
  return value and tonumber(value) or 1
end


-- "br, gzip", "br", "gzip", or nil when the client wants neither. "*" stands
-- for what is not named, and for gzip only: whoever means br says so.
function _M.normalise(text)
  local wanted = {}
  for coding, parameters in text:gmatch("([^%s,;]+)([^,]*)") do
    coding = coding:lower()
    if coding == "x-gzip" then
      coding = "gzip"
    end
    wanted[coding] = quality(parameters) > 0
  end
  local gzip = wanted["gzip"]
  if gzip == nil then
    gzip = wanted["*"]
  end
  if wanted["br"] then
    return gzip and "br, gzip" or "br"
  end
  return gzip and "gzip" or nil
end


return _M
