-- Whether a response is worth compressing for whoever accepts that.
local _M = {}


-- Smaller ones gain nothing.
local MIN_SIZE = 256


local TYPES = {
  ["application/atom+xml"] = true, ["application/javascript"] = true,
  ["application/json"] = true, ["application/ld+json"] = true,
  ["application/manifest+json"] = true, ["application/rss+xml"] = true,
  ["application/vnd.ms-fontobject"] = true, ["application/wasm"] = true,
  ["application/x-javascript"] = true, ["application/xhtml+xml"] = true,
  ["application/xml"] = true, ["font/otf"] = true, ["font/ttf"] = true,
  ["image/bmp"] = true, ["image/svg+xml"] = true, ["image/x-icon"] = true,
}


local function is_text(kind)
  return TYPES[kind] or
    kind:find("^text/") ~= nil and kind ~= "text/event-stream"
end


-- `response`: `status`, header values `content_type`, `content_encoding`,
-- `content_length`, `cache_control`.
function _M.is_worthwhile(response)
  if response.status ~= 200 and response.status ~= 404 or
      response.content_encoding then
    return false
  end
  local kind = (response.content_type or ""):match("^[^;%s]+")
  if not kind or not is_text(kind:lower()) then
    return false
  end
  -- RFC 9111, section 5.2.2.6.
  if (response.cache_control or ""):lower():find("no-transform", 1, true) then
    return false
  end
  local length = tonumber(response.content_length)
  return not length or length >= MIN_SIZE
end


-- Vary with Accept-Encoding in it.
function _M.vary(text)
  if not text or text == "" then
    return "Accept-Encoding"
  end
  for name in text:gmatch("[^,%s]+") do
    if name == "*" or name:lower() == "accept-encoding" then
      return text
    end
  end
  return text .. ", Accept-Encoding"
end


return _M
