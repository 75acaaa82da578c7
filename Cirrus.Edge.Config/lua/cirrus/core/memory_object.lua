-- An object of the cache as a worker keeps it in its memory: made ready to be
-- answered with.
local cache_status = require "cirrus.core.cache_status"
local object_times = require "cirrus.core.object_times"


local min = math.min


local _M = {}


-- What the answer gets anew, and what is of one connection only.
local DROPPED = {
  ["accept-ranges"] = true, ["surrogate-key"] = true, ["cache-tag"] = true,
  ["age"] = true, ["cache-control"] = true, ["cache-status"] = true,
  ["connection"] = true, ["content-length"] = true, ["keep-alive"] = true,
  ["proxy-connection"] = true, ["surrogate-control"] = true,
  ["transfer-encoding"] = true, ["upgrade"] = true,
}
local KEPT = {
  [200] = true, [203] = true, [301] = true, [302] = true, [307] = true,
  [308] = true, [404] = true, [410] = true,
}
-- For so long (seconds) one is used without a look at its file, and without
-- asking nginx's cache. One whose noted end is over was confirmed by its
-- origin; its true end isn't known here.
local CHECKED_FOR, CONFIRMED_FOR, PROLONGED_FOR = 2, 60, 1
-- An object has this many octets besides body and fields, about.
local OVERHEAD = 1024


-- Of these the Lua module shows the last line only; nginx's cache shows all.
local SINGLE = {
  ["content-encoding"] = true, ["content-type"] = true, ["date"] = true,
  ["etag"] = true, ["expires"] = true, ["last-modified"] = true,
  ["location"] = true, ["server"] = true,
}


-- Whether the Lua module shows a field as it is: it leaves out empty ones and
-- escapes what is no text.
local function is_showable(name, value)
  return value ~= "" and not value:find("%c") and
    not name:find("[^%w!#$&'*+.^_`|~-]")
end


local function is_dropped(key)
  return DROPPED[key] or key:find("^x%-cirrus%-") or key:find("^x%-accel%-")
end


-- Fields that came more than once are one with several values. Nil when nginx's
-- cache would show others.
local function collect(fields)
  local names, values, index_of, size = {}, {}, {}, 0
  local function add(name, value, key)
    local index = index_of[key]
    if not index then
      index = #names + 1
      index_of[key] = index
      names[index], values[index] = name, value
      return true
    end
    local known = values[index]
    values[index] = type(known) == "table" and known or { known }
    table.insert(values[index], value)
    return not SINGLE[key]
  end
  for _, field in ipairs(fields) do
    local name, value = field[1], field[2]
    local key = name:lower()
    if not is_dropped(key) and
        not (is_showable(name, value) and add(name, value, key)) then
      return nil
    end
    size = size + #name + #value
  end
  return names, values, size
end


-- How requests choose among several representations: nil when there is one
-- only, "accept-encoding", or false when it is something else.
local function varies_by(values)
  local vary = values["vary"]
  if not vary then
    return nil
  end
  return vary:lower() == "accept-encoding" and "accept-encoding" or false
end


-- `response` is one of nginx's cache, with the fields that the origin tier
-- added. Returns the object, or nil when it can't be kept.
function _M.make(response)
  local values = response.values
  local born, ends = object_times.read(values["x-cirrus-object"])
  if not born or not KEPT[response.status] or not values["content-type"] or
      varies_by(values) == false then
    return nil
  end
  local names, kept, size = collect(response.fields)
  if not names then
    return nil
  end
  names[#names + 1] = "Content-Length"
  kept[#kept + 1] = ("%d"):format(#response.body)
  if response.status == 200 then
    -- As nginx says of what it has stored.
    names[#names + 1], kept[#kept + 1] = "Accept-Ranges", "bytes"
  end
  return {
    status = response.status,
    names = names,
    values = kept,
    cache_control = values["x-cirrus-cache-control"],
    body = response.body,
    size = #response.body + size + OVERHEAD,
    varies = varies_by(values) ~= nil,
    born = born,
    ends = ends,
    upstream = values["cache-status"],
    good_until = 0,
    confirmed_until = 0,
    described_at = 0,
  }
end


-- Its file was looked at; `stored` is when anything was last stored under its
-- URI (seconds).
function _M.renew(object, now, stored)
  object.stored = stored
  object.good_until = min(now + CHECKED_FOR, object.confirmed_until)
end


-- nginx's cache has just answered with it.
function _M.confirm(object, now, stored)
  object.confirmed_until = object.ends > now and
    min(now + CONFIRMED_FOR, object.ends) or now + PROLONGED_FOR
  _M.renew(object, now, stored)
end


-- Sets `age` and `cache_status` to what they are in this second.
function _M.describe(object, identifier, now)
  local age, ttl = object_times.of_fresh(object.born, object.ends, now)
  local member = cache_status.member(identifier, "HIT", { ttl = ttl })
  object.age = ("%d"):format(age)
  object.cache_status = object.upstream and object.upstream .. ", " .. member or
    member
  object.described_at = now
end


return _M
