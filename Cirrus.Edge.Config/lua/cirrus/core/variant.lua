-- What a policy makes of a request beside its URI: whether it goes past the
-- cache, and the further parts of its key. `field(name)` gives a header value
-- of the request, or nil.
local device = require "cirrus.core.device"
local has_name = require "cirrus.core.cache_policy".has_name


local _M = {}


-- The values of each cookie by its name. Of one that comes twice origins take
-- the first or the last: both count.
local function cookies_of(text)
  local cookies = {}
  for name, value in (text or ""):gmatch("%s*([^=;%s]+)%s*=?([^;]*)") do
    local values = cookies[name] or {}
    values[#values + 1] = value
    cookies[name] = values
  end
  return cookies
end


-- Returns the cookie or header field that sends the request past the cache,
-- in words, or nil.
function _M.bypass(policy, field)
  for _, name in ipairs(policy.headers) do
    if field(name) then
      return "header"
    end
  end
  if policy.cookies then
    for name in pairs(cookies_of(field("Cookie"))) do
      if has_name(policy.cookies, name) then
        return "cookie"
      end
    end
  end
  return nil
end


-- With its length before it no value can pass for two.
local function part(value)
  return value and #value .. ":" .. value or "-"
end


-- Returns a text that is the same for requests that share an object, and the
-- kind of device where that is a part of it.
function _M.key(policy, field)
  local parts = {}
  for _, name in ipairs(policy.headers) do
    parts[#parts + 1] = part(field(name))
  end
  if #policy.cookies > 0 then
    local cookies = cookies_of(field("Cookie"))
    for _, name in ipairs(policy.cookies) do
      parts[#parts + 1] =
        part(cookies[name] and table.concat(cookies[name], ";"))
    end
  end
  local kind = policy.by_device and device.kind(field("User-Agent") or "")
  parts[#parts + 1] = kind or nil
  return table.concat(parts, " "), kind or nil
end


return _M
