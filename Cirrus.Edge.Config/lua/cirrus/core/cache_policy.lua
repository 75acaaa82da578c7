-- How a domain, or a rule of it, wants things cached (docs/redis.md). What the
-- origin tier has to know of it is put into one word, so that both tiers act
-- on the same policy, whatever happens to the document in between.
local text = require "cirrus.core.member".text


local _M = {}


local INHERITED = {
  "ttl", "originHeaders", "minTtl", "maxTtl", "statusTtl",
  "staleWhileRevalidate", "staleIfError", "bypass", "query", "key", "slice",
  "compress",
}


-- Names and prefixes of a list; "wp_*" is a prefix.
local function compile_names(list)
  if not list or #list == 0 then
    return nil
  end
  local names = { exact = {}, prefixes = {} }
  for _, name in ipairs(list) do
    local prefix = name:match("^(.*)%*$")
    if prefix then
      names.prefixes[#names.prefixes + 1] = prefix
    else
      names.exact[name] = true
    end
  end
  return names
end


function _M.has_name(names, name)
  if names.exact[name] then
    return true
  end
  for _, prefix in ipairs(names.prefixes) do
    if name:sub(1, #prefix) == prefix then
      return true
    end
  end
  return false
end


local function compile_query(query)
  local mode = query and query.mode or "all"
  if not query or mode == "all" and query.sort ~= true then
    return nil
  end
  return {
    mode = mode,
    names = compile_names(query.names) or { exact = {}, prefixes = {} },
    is_sorted = query.sort ~= false,
  }
end


local function sorted_list(list)
  local result = {}
  for _, name in ipairs(list or {}) do
    result[#result + 1] = text(name, "a name")
  end
  table.sort(result)
  return result
end


-- The parts of the key that requests bring along, or nil.
local function compile_key(key)
  local headers, cookies = sorted_list(key and key.headers),
    sorted_list(key and key.cookies)
  local by_device = key ~= nil and key.device == true
  if #headers == 0 and #cookies == 0 and not by_device then
    return nil
  end
  return { headers = headers, cookies = cookies, by_device = by_device }
end


local function compile_bypass(bypass)
  local cookies = compile_names(bypass and bypass.cookies)
  local headers = sorted_list(bypass and bypass.headers)
  if not cookies and #headers == 0 then
    return nil
  end
  return { cookies = cookies, headers = headers }
end


local NUMBERS = { "ttl", "min", "max", "swr", "sie", "slice" }
local FLAGS = { "override", "compress" }


local function encode(policy)
  local parts = {}
  for _, name in ipairs(NUMBERS) do
    if policy[name] then
      parts[#parts + 1] = ("%s=%d"):format(name, policy[name])
    end
  end
  for _, name in ipairs(FLAGS) do
    if policy[name] then
      parts[#parts + 1] = name
    end
  end
  local statuses = {}
  for status, ttl in pairs(policy.status or {}) do
    statuses[#statuses + 1] = ("%s:%d"):format(status, ttl)
  end
  table.sort(statuses)
  for _, status in ipairs(statuses) do
    parts[#parts + 1] = status
  end
  return #parts > 0 and table.concat(parts, ";") or "origin"
end


local function compile_statuses(ttls)
  local statuses
  for status, ttl in pairs(ttls or {}) do
    statuses = statuses or {}
    statuses[tonumber(status) or status] = ttl
  end
  return statuses
end


-- The policy of `members`, with those of `base` for the ones that are absent.
function _M.compile(members, base)
  local all = {}
  for _, name in ipairs(INHERITED) do
    all[name] = members[name]
    if all[name] == nil and base then
      all[name] = base[name]
    end
  end
  local override = all.originHeaders == "override" or
    all.originHeaders == nil and all.ttl ~= nil
  local policy = {
    ttl = all.ttl, override = override and all.ttl ~= nil,
    min = all.minTtl, max = all.maxTtl,
    status = compile_statuses(all.statusTtl),
    swr = all.staleWhileRevalidate, sie = all.staleIfError,
    query = compile_query(all.query), key = compile_key(all.key),
    bypass = compile_bypass(all.bypass),
    slice = all.slice, compress = all.compress == true,
  }
  policy.is_off = policy.override and policy.ttl == 0
  policy.by_request = policy.key ~= nil or policy.bypass ~= nil
  policy.text = policy.is_off and "off" or encode(policy)
  return policy
end


-- What `compile` made of it, as far as a response is concerned.
function _M.decode(encoded)
  local policy = {}
  for part in encoded:gmatch("[^;]+") do
    local name, value = part:match("^(%l+)=(%d+)$")
    local status, ttl = part:match("^(%w+):(%d+)$")
    if name then
      policy[name] = tonumber(value)
    elseif status then
      policy.status = policy.status or {}
      policy.status[tonumber(status) or status] = tonumber(ttl)
    elseif part ~= "origin" then
      policy[part] = true
    end
  end
  return policy
end


return _M
