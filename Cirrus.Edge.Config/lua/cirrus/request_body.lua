-- How large a body may be. One whose length is not announced is read before
-- it is sent on, in a location that reads no more than a little too much, and
-- then the request begins anew.
local domains = require "cirrus.domains"
local errors = require "cirrus.errors"


local http_version = ngx.req.http_version
local var = ngx.var


local _M = {}


-- The locations of cache_tier.conf.
local ROOMS = {
  { 65536, "@body_64k" }, { 1048576, "@body_1m" }, { 16777216, "@body_16m" },
  { 268435456, "@body_256m" }, { 4294967296, "@body_4g" },
}


local function room_for(size)
  for _, room in ipairs(ROOMS) do
    if size <= room[1] then
      return room[2]
    end
  end
  return "@body_any"
end


function _M.check(max)
  local length = tonumber(var.http_content_length)
  if length then
    if length > max then
      return errors.reply(413)
    end
  elseif var.http_transfer_encoding then
    return ngx.exec(room_for(max))
  elseif http_version() >= 2 then
    -- A body needs no field that announces it, but few requests have one.
    local method = ngx.req.get_method()
    if method == "GET" or method == "HEAD" then
      ngx.req.discard_body()
    else
      return ngx.exec(room_for(max))
    end
  end
end


local function size()
  local path = ngx.req.get_body_file()
  if not path then
    return #(ngx.req.get_body_data() or "")
  end
  local file = assert(io.open(path, "rb"))
  local bytes = file:seek("end")
  file:close()
  return bytes
end


-- In one of these locations.
function _M.read()
  ngx.req.read_body()
  local domain = domains.find(var.host)
  local protection = domain and domain.protection
  local max = protection and protection.max_body
  if max and size() > max then
    return errors.reply(413)
  end
  return ngx.exec("/")
end


return _M
