-- Header fields of a domain's answers: presets where the origin says nothing,
-- what CORS asks for, and then the operator's actions, which have the last
-- word. All on the way to the client, so a change is seen at once, on hits too.
local add_header = require "ngx.resp".add_header
local cors = require "cirrus.core.cors"
local domains = require "cirrus.domains"
local expressions = require "cirrus.expressions"
local header_actions = require "cirrus.core.header_actions"
local uris = require "cirrus.core.uri"


local header, var = ngx.header, ngx.var


local _M = {}


local ORIGINS_OWN = {
  "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials",
  "Access-Control-Expose-Headers",
}


-- The origin's is put in by nginx after us (cache_tier.conf), unless it is in
-- its place: past the cache. The edge's own answers have one, too, and keep it:
-- nobody is to store them.
local is_in_place


local function set_cache_control(value)
  if is_in_place then
    header["Cache-Control"] = value ~= "-" and value or nil
  elseif not header["Cache-Control"] then
    var.cirrus_cache_control = value
  end
end


local function add_cache_control(value)
  local before = is_in_place and header["Cache-Control"] or
    var.cirrus_cache_control
  if before == "" then
    before = var.upstream_http_x_cirrus_cache_control or "-"
  end
  set_cache_control(before == "-" and value or before .. ", " .. value)
end


local function is_cache_control(name)
  return name:lower() == "cache-control"
end


local FIELDS = {
  set = function(name, value)
    if is_cache_control(name) then
      set_cache_control(value)
    else
      header[name] = value
    end
  end,
  add = function(name, value)
    if is_cache_control(name) then
      add_cache_control(value)
    else
      add_header(name, value)
    end
  end,
  remove = function(name)
    if is_cache_control(name) then
      set_cache_control("-")
    else
      header[name] = nil
    end
  end,
}


local function fill_in(presets)
  for i = 1, #presets do
    local preset = presets[i]
    if header[preset.name] == nil then
      header[preset.name] = preset.value
    end
  end
end


-- What the origin or the cache says was for whoever asked first.
local function answer_cors(rules)
  for i = 1, #ORIGINS_OWN do
    header[ORIGINS_OWN[i]] = nil
  end
  local origin = var.http_origin
  if origin or not rules.any then
    local allowed, credentials = cors.allowed(rules, origin)
    header["Access-Control-Allow-Origin"] = allowed
    if allowed and origin then
      header["Access-Control-Allow-Credentials"] = credentials and "true" or nil
      header["Access-Control-Expose-Headers"] = rules.exposed
    end
  else
    header["Access-Control-Allow-Origin"] = "*"
  end
  if cors.varies(rules) then
    local vary = header["Vary"]
    header["Vary"] = cors.vary(type(vary) == "table" and
      table.concat(vary, ", ") or vary)
  end
end


-- `response` is the domain's, false without need for it, and nil in an answer
-- that nginx makes itself: that has a context of its own. `in_place` says that
-- Cache-Control is the origin's.
function _M.apply(response, in_place)
  if response == nil then
    local domain = domains.find(var.host)
    response = domain and domain.response_headers
  end
  if not response then
    return
  end
  if response.presets then
    fill_in(response.presets)
  end
  if response.cors then
    answer_cors(response.cors)
  end
  local actions = response.actions
  if actions then
    is_in_place = in_place
    local path = actions.has_paths and
      uris.path(uris.canonical(var.request_uri or "/"))
    header_actions.apply(actions, path, expressions.match, FIELDS)
  end
end


return _M
