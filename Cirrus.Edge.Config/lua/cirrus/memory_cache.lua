-- Small objects that are asked for often, in the memory of each worker. An
-- object belongs to the plan of its URI, and what changes what the URI means
-- replaces the plan: a purge, a new document, a new generation. So nothing here
-- is ever invalidated.
--
-- What counts is what nginx's cache has stored: an object is a copy of that.
-- Soon after anything was stored under its URI, and rarely after that, one
-- request is answered by nginx's cache, which confirms the copy or not.
local body_store = require "cirrus.body_store"
local cache_status = require "cirrus.core.cache_status"
local encodings = require "cirrus.encodings"
local fill = require "cirrus.memory_fill"
local memory_object = require "cirrus.core.memory_object"
local second_chance = require "cirrus.core.second_chance"
local settings = require "cirrus.settings"
local store_times = require "cirrus.store_times"


local exit, header, print = ngx.exit, ngx.header, ngx.print
local get_method, send_headers = ngx.req.get_method, ngx.send_headers
local time, var = ngx.time, ngx.var
local confirm_object, describe = memory_object.confirm, memory_object.describe
local version_of = memory_object.version


local _M = {}


local IDENTIFIER = cache_status.identifier(settings.node)
local MAX_BODY = 131072
-- Hits in nginx's cache before there is a copy.
local HITS = 2
-- From here on copying a body takes longer than what avoids it.
local MIN_STORED = 8192


-- A plan's `memory`: either its `only` object, or objects by the encodings that
-- requests accept.
local function drop(object)
  local memory = object.memory
  if memory.only == object then
    memory.only = nil
  elseif memory[object.variant] == object then
    memory[object.variant] = nil
    memory.variants = memory.variants - 1
  end
end


local kept = second_chance.new(settings.memory_size, drop)


local function find(memory)
  local only = memory.only
  if only then
    return only
  end
  if memory.variants > 0 then
    return memory[encodings.of(var.http_accept_encoding)]
  end
end


-- Returns whether there is a place for it.
local function keep(memory, variant, object, now, stored)
  object.memory, object.variant = memory, variant
  if object.varies and memory.only or not kept:add(object) then
    return false
  end
  if #object.body >= MIN_STORED then
    object.region = body_store.put(object.body)
    object.body = not object.region and object.body
  end
  confirm_object(object, now, stored)
  if not object.varies then
    memory.only = object
  elseif not memory[variant] then
    memory[variant] = object
    memory.variants = memory.variants + 1
  end
  return true
end


local function fetch(plan, memory, version)
  local variant = encodings.of(var.http_accept_encoding)
  local now, stored = time(), store_times.of(plan)
  memory.hits = 0
  local is_queued = fill.ask(plan.key, variant, MAX_BODY, function(response)
    memory.is_asked = false
    local object = response and memory_object.make(response, version)
    if not object or not keep(memory, variant, object, now, stored) then
      -- Another one may do.
      memory.unsuitable = version
    end
  end)
  memory.is_asked = is_queued
end


-- nginx's cache has answered with a fresh object, of which the origin tier
-- noted `times`.
function _M.note_hit(plan, times)
  local memory = plan.memory
  if plan.policy.slice or settings.memory_size == 0 then
    -- Of a large file the cache has parts.
    return
  elseif not memory then
    memory = { hits = 0, variants = 0 }
    plan.memory = memory
  end
  local version = times and version_of(times, var.upstream_http_etag,
    var.upstream_http_last_modified, var.upstream_http_content_length)
  local object = find(memory)
  if object then
    if object.version == version then
      return confirm_object(object, time(), store_times.of(plan))
    end
    drop(object)
  end
  if memory.is_asked or memory.unsuitable == version or not version then
    return
  end
  memory.hits = memory.hits + 1
  if memory.hits >= HITS then
    fetch(plan, memory, version)
  end
end


local function answer(object, ctx)
  local names, values = object.names, object.values
  ngx.status = object.status
  for i = 1, #names do
    header[names[i]] = values[i]
  end
  header["Age"] = object.age
  header["Cache-Status"] = object.cache_status
  local region = object.region
  if not region then
    print(object.body)
  else
    send_headers()
    -- Neither HEAD nor 304 has a body.
    if ngx.status == object.status and get_method() == "GET" then
      body_store.send(ctx, region)
    end
  end
  return exit(object.status)
end


-- Answers a GET or HEAD request that asks for no more than an object if that is
-- at hand; returns otherwise.
function _M.serve(plan, ctx)
  local object, now = find(plan.memory), time()
  if not object or now >= object.good_until or
      object.stored ~= store_times.of(plan) then
    return
  end
  if object.described_at ~= now then
    describe(object, IDENTIFIER, now)
  end
  object.used = true
  ctx.from_memory = true
  var.cirrus_from_memory = "HIT"
  return answer(object, ctx)
end


return _M
