-- Presets of fields that tell browsers to be careful. They fill in what the
-- origin did not say; `headers.response` can replace them.
local _M = {}


local STANDARD = {
  ["X-Content-Type-Options"] = "nosniff",
  ["Referrer-Policy"] = "strict-origin-when-cross-origin",
  ["X-Frame-Options"] = "SAMEORIGIN",
}


local STRICT = {
  ["X-Content-Type-Options"] = "nosniff",
  ["Referrer-Policy"] = "strict-origin-when-cross-origin",
  ["X-Frame-Options"] = "DENY",
  ["Content-Security-Policy"] = "default-src 'self'; base-uri 'self'; " ..
    "form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  ["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), " ..
    "payment=(), usb=()",
  ["Cross-Origin-Opener-Policy"] = "same-origin",
  ["Cross-Origin-Resource-Policy"] = "same-origin",
  ["X-Permitted-Cross-Domain-Policies"] = "none",
}


-- Returns a list of {name, value}, or nil. What `cors` opens to other origins
-- is not closed to them again.
function _M.compile(preset, cors)
  local fields = preset == "standard" and STANDARD or
    preset == "strict" and STRICT
  if not fields then
    return nil
  end
  local list = {}
  for name, value in pairs(fields) do
    if not (cors and name == "Cross-Origin-Resource-Policy") then
      list[#list + 1] = { name = name, value = value }
    end
  end
  return list
end


return _M
