-- Small objects that are asked for often, in the memory of each worker. An
-- object belongs to the plan of its URI, and what changes what the URI means
-- replaces the plan: a purge, a new document, a new generation. So nothing here
-- is ever invalidated.
--
-- What counts is what nginx's cache has stored: an object is a copy of a file
-- there. Every few seconds, and when anything was stored under its URI, a look
-- at the file tells whether it is still that one; now and then a request is
-- answered by nginx's cache, for which it would be unused otherwise.
local body_store = require "cirrus.body_store"
local cache_status = require "cirrus.core.cache_status"
local encodings = require "cirrus.encodings"
local memory_object = require "cirrus.core.memory_object"
local second_chance = require "cirrus.core.second_chance"
local settings = require "cirrus.settings"
local store_times = require "cirrus.store_times"
local stored_files = require "cirrus.stored_files"


local exit, header, print = ngx.exit, ngx.header, ngx.print
local get_method, send_headers = ngx.req.get_method, ngx.send_headers
local time, var = ngx.time, ngx.var
local confirm_object, describe = memory_object.confirm, memory_object.describe
local renew_object = memory_object.renew


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
local function keep(memory, variant, object)
  object.memory, object.variant = memory, variant
  if object.varies and memory.only or not kept:add(object) then
    return false
  end
  if #object.body >= MIN_STORED then
    object.region = body_store.put(object.body)
    object.body = not object.region and object.body
  end
  if not object.varies then
    memory.only = object
  elseif not memory[variant] then
    memory[variant] = object
    memory.variants = memory.variants + 1
  end
  return true
end


local function copy(plan, memory, variant, stored)
  local response, file = stored_files.find(plan.key, variant, MAX_BODY)
  local object = response and memory_object.make(response)
  memory.hits = 0
  if object and keep(memory, variant, object) then
    object.file = file
    return confirm_object(object, time(), stored)
  end
  -- Another one may do.
  memory.unsuitable = memory.unsuitable or {}
  memory.unsuitable[variant] = stored
end


-- nginx's cache has answered with a fresh object.
function _M.note_hit(plan)
  local memory = plan.memory
  if plan.policy.slice or settings.memory_size == 0 then
    -- Of a large file the cache has parts.
    return
  elseif not memory then
    memory = { hits = 0, variants = 0 }
    plan.memory = memory
  end
  -- First when, then what: what is stored meanwhile is seen.
  local stored = store_times.of(plan)
  local object = find(memory)
  if object then
    if stored_files.is_same(object.file) then
      return confirm_object(object, time(), stored)
    end
    drop(object)
    memory.hits = HITS
  end
  local variant = encodings.of(var.http_accept_encoding)
  if memory.unsuitable and memory.unsuitable[variant] == stored then
    return
  end
  memory.hits = memory.hits + 1
  if memory.hits >= HITS then
    return copy(plan, memory, variant, stored)
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
  if object.cache_control then
    -- Where nginx puts it in for what its cache answers, too.
    var.cirrus_cache_control = object.cache_control
  end
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


local function is_good(object, plan, now)
  local stored = store_times.of(plan)
  if now < object.good_until and object.stored == stored then
    return true
  elseif now >= object.confirmed_until or
      not stored_files.is_same(object.file) then
    return false
  end
  renew_object(object, now, stored)
  return true
end


-- Answers a GET or HEAD request that asks for no more than an object if that is
-- at hand; returns otherwise.
function _M.serve(plan, ctx)
  local object, now = find(plan.memory), time()
  if not object or not is_good(object, plan, now) then
    return
  end
  if object.described_at ~= now then
    describe(object, IDENTIFIER, now)
  end
  object.used = true
  ctx.from_memory = object
  var.cirrus_from_memory = "HIT"
  return answer(object, ctx)
end


return _M
