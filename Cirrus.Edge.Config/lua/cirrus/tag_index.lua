-- Which tags the objects of the cache have, as far as it is remembered. An
-- entry that was forgotten makes the next purge by tag miss its object, never
-- leave it (core/tags.lua).
local domains = require "cirrus.domains"
local epochs = require "cirrus.core.epochs"
local stream_id = require "cirrus.core.stream_id"
local tags = require "cirrus.core.tags"


local header, md5_bin, var = ngx.header, ngx.md5_bin, ngx.var
local index = ngx.shared.cirrus_tags
local meta = ngx.shared.cirrus_link
local newest = stream_id.newest


local _M = {}


-- Of the domains that tag objects; a prefix that no hash of an object has.
local IN_USE = "domain "


-- An object of one domain is none of another, whatever their hosts.
local function key_of(plan)
  return md5_bin(plan.domain.name .. " " .. plan.prefix .. plan.name)
end


local function find(plan)
  local text = index:get(key_of(plan))
  return text and tags.decode(text)
end


-- The newest epoch that concerns the plan's object, tags apart. Of a file in
-- parts a soft one is as good as a hard one: parts of the old and of the new
-- file don't fit together, so no old one is served on.
local function epoch_without_tags(plan, compiled)
  local epoch = epochs.find(compiled, plan.host, plan.uri, plan.policy.query)
  local soft = plan.policy.slice and compiled.soft
  if not soft then
    return epoch
  end
  epoch = newest(epoch, soft.newest_tag)
  return newest(epoch, epochs.find_soft(compiled, plan.host, plan.uri,
    plan.policy.query))
end


-- The epoch of the key of a plan's object, and whether nothing was known of its
-- tags although that matters.
function _M.epoch(plan)
  local domain = plan.domain
  local epoch = epoch_without_tags(plan, domain.epochs)
  if not domain.epochs.hard.newest_tag then
    return epoch, false
  end
  local entry = find(plan)
  return tags.epoch(entry, domain.epochs.hard, epoch), entry == nil
end


-- Whether no entry of this generation was ever forgotten: an object without
-- entry is then one that was never stored with tags.
local function is_complete(generation)
  return meta:get("tags forgotten") ~= generation
end


-- At start there may be objects in the cache whose entries ended with the
-- process before.
function _M.forget(generation)
  meta:set("tags forgotten", generation)
end


local function put(key, text, generation)
  local ok, _, is_forced = index:set(key, text)
  if not ok or is_forced then
    _M.forget(generation)
  end
end


local function are_in_use(domain, list)
  local key = IN_USE .. domain.name
  if index:get(key) then
    return true
  end
  if #list > 0 then
    put(key, true, domains.generation())
  end
  return #list > 0 or domain.epochs.hard.newest_tag ~= nil
end


local FROM_CACHE = { HIT = true, STALE = true, UPDATING = true,
  REVALIDATED = true }


-- The entry for what is known now of the plan's object, or nil.
local function entry_of(plan, domain, text, filled, is_hit, status)
  if text or is_complete(plan.generation) then
    return tags.merge(text and tags.decode(text), filled)
  end
  local newest_key = tags.epoch(nil, domain.epochs.hard,
    epoch_without_tags(plan, domain.epochs))
  local is_alone = not header["Vary"] and not plan.policy.key and
    (is_hit or status == "MISS")
  local entry = tags.after_forgetting(filled, newest_key, is_alone)
  -- That anything may be is known without an entry, too.
  return entry and (entry.tags or not is_hit) and entry
end


-- After `status` of nginx's cache, for an object that is in it, or will be.
function _M.note(plan, status)
  local is_hit = FROM_CACHE[status]
  if is_hit and not plan.is_untagged then
    return
  end
  plan.is_untagged = false
  -- As of now: purges may have come since the request did.
  local domain = domains.named(plan.domain.name)
  local fetched = var.upstream_http_x_cirrus_applied
  local list = _M.of_response()
  if not fetched or not domain or domain.is_lost or
      not are_in_use(domain, list) then
    return
  end

  local key = key_of(plan)
  local filled = { key = plan.epoch, fetched = fetched, tags = list }
  local entry = entry_of(plan, domain, index:get(key), filled, is_hit, status)
  if entry then
    put(key, tags.encode(entry), plan.generation)
  end
end


-- The tags of the response at hand, whether it is from the cache or not.
function _M.of_response()
  return tags.parse(var.upstream_http_surrogate_key,
    var.upstream_http_cache_tag)
end


return _M
