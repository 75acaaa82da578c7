-- Refreshing a stored object with a validator (conf/revalidation.conf, decision
-- 29). The cache tier asks with the validators of the stored object; where it
-- caches, those of clients never come so far.
local cjson = require "cjson.safe"
local merge = require "cirrus.core.merge"
local object_times = require "cirrus.core.object_times"
local request = require "cirrus.origin_request"
local shield = require "cirrus.shield"


local clear_header = ngx.req.clear_header
local header, time, var = ngx.header, ngx.time, ngx.var


local _M = {}


-- What is larger is not copied within the node only to note a newer date.
local MAX_COPY = 1048576


function _M.is_one()
  return (var.http_if_none_match or var.http_if_modified_since) and
    not var.http_x_cirrus_hop and request.policy() ~= nil
end


-- What the answer 304 said goes along to the stored object.
function _M.merge()
  var.cirrus_fields = var.upstream_http_x_cirrus_fields
end


-- The stored object is gone: the request goes on as one for the whole.
function _M.forget()
  clear_header("If-None-Match")
  clear_header("If-Modified-Since")
end


-- The fields of an answer 304, in one.
function _M.pack_fields()
  shield.keep_field()
  local fields = {}
  for name, value in pairs(ngx.resp.get_headers(0)) do
    fields[name] = value
  end
  header["X-Cirrus-Fields"] = cjson.encode(fields)
end


-- Puts the fields of the answer 304 onto the stored object. Returns whether
-- it is to be stored anew.
function _M.update_fields()
  local fields = cjson.decode(var.cirrus_fields) or {}
  shield.recall(fields)
  local stored_tag = header["ETag"]
  header["Cache-Control"] = header["X-Cirrus-Cache-Control"]
  header["Age"] = nil
  local changed = false
  for name, value in pairs(fields) do
    if merge.is_updated(name, stored_tag, value) then
      if not merge.is_volatile(name) and
          not merge.is_same(header[name], value) then
        changed = true
      end
      header[name] = value
    end
  end
  header["X-Cirrus-Revalidated"] = "1"
  return changed or (tonumber(header["Content-Length"]) or 0) <= MAX_COPY
end


-- A stored object has been there for a while.
function _M.shorten_lifetime()
  local _, ends = object_times.read(header["X-Cirrus-Object"])
  if ends then
    header["Cache-Control"] = "max-age=" .. math.max(ends - time(), 1)
  end
end


return _M
