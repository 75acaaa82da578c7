-- Probes the origins of the domains that ask for it, from one worker, and
-- tells all of them which origins are up. A probe goes the way of a request,
-- through the origin tier: by the same checks of addresses and certificates.
local domains = require "cirrus.domains"
local health = require "cirrus.core.health"
local settings = require "cirrus.settings"


--   d:{domain}             the domain asks for probes
--   s:{domain} {origin}    whether the origin is up
--   changes                how often a domain came or went
local dict = ngx.shared.cirrus_health
local log, NOTICE, WARN = ngx.log, ngx.NOTICE, ngx.WARN
local now, random = ngx.now, math.random
local tcp = ngx.socket.tcp


local _M = {}


local TICK = 0.25
local MAX_RUNNING = 32
-- What the origin tier is told instead of a domain; see `probed`.
local MARK = "probe.cirrus.invalid/"


-- For the writer of the state: a domain's document, nil when there is none.
function _M.note_domain(name, document)
  local policy = document and document.originPolicy
  local wanted = type(policy) == "table" and type(policy.health) == "table"
  if wanted ~= (dict:get("d:" .. name) == true) or wanted then
    dict:set("d:" .. name, wanted or nil)
    dict:incr("changes", 1, 0)
  end
end


-- Whether an origin of a domain that asks for probes is known to be down.
function _M.is_down(origin)
  return origin.health_key and dict:get(origin.health_key) == false
end


-- Domain and index of the origin that the origin tier is to send a probe to,
-- by the name it was told; nil when that is none of ours.
function _M.probed(name)
  local index, domain = name:match("^probe%.cirrus%.invalid/(%d+)/(.+)$")
  domain = domain and domains.named(domain)
  if not domain or not domain.origin_policy.health then
    return nil
  end
  return domain, tonumber(index)
end


-- Returns the status of the answer, or nil and why there is none.
local function ask(domain, origin, policy)
  local socket = tcp()
  socket:settimeout(policy.timeout * 1000 + 500)
  local ok, err = socket:connect("unix:" .. settings.data ..
    "/run/origin.sock")
  ok = ok and socket:send(("GET %s HTTP/1.1\r\nHost: %s\r\n" ..
    "User-Agent: Cirrus-Health\r\nAccept: */*\r\n" ..
    "X-Cirrus-Request: off %s%d/%s\r\nConnection: close\r\n\r\n"):format(
    policy.path, domain.name:gsub("^%*", "health"), MARK, origin.index,
    domain.name))
  local line
  if ok then
    line, err = socket:receive("*l")
  end
  socket:close()
  return line and tonumber(line:match("^HTTP/1%.%d (%d%d%d)")), err
end


-- The probes there are, by the key of the origin's state.
local probes, running, seen_changes = {}, 0, nil


local function note(probe, domain, policy, status, err)
  local was_good = status ~= nil and health.is_good(policy, status)
  local turned = health.note(probe.state, policy, was_good)
  if turned then
    log(probe.state.is_up and NOTICE or WARN, "origin ", probe.origin,
      " of ", domain.name, " is ", probe.state.is_up and "up" or "down",
      " by its probes: ", status or err or "no answer")
  end
  if turned or dict:get(probe.key) == nil then
    dict:set(probe.key, probe.state.is_up)
  end
end


local function run(premature, probe)
  local domain = not premature and domains.named(probe.domain)
  local policy = domain and domain.origin_policy and
    domain.origin_policy.health
  local origin = policy and domain.origins[probe.index]
  if origin and origin.health_key == probe.key then
    note(probe, domain, policy, ask(domain, origin, policy))
    probe.due = health.next_due(policy, now(), random())
  else
    -- It has another document by now.
    seen_changes = nil
    probe.due = now() + 1
  end
  probe.is_running = false
end


local function guarded(premature, probe)
  local ok, err = pcall(run, premature, probe)
  running = running - 1
  if not ok then
    probe.is_running = false
    probe.due = now() + 1
    log(ngx.ERR, "probe of ", probe.origin, " failed: ", err)
  end
end


local function add_probes(wanted, domain)
  local interval = domain.origin_policy.health.interval
  for index, origin in ipairs(domain.origins) do
    local key = origin.health_key
    wanted[key] = probes[key] or {
      key = key, domain = domain.name, index = index,
      origin = origin.scheme .. "://" .. origin.authority,
      state = health.new(dict:get(key)),
      -- The first ones don't come at once either.
      due = now() + random() * math.min(1, interval),
    }
    wanted[key].index = index
  end
end


local function reload()
  local wanted = {}
  for _, key in ipairs(dict:get_keys(0)) do
    local domain = key:sub(1, 2) == "d:" and domains.named(key:sub(3))
    if domain and domain.origin_policy and domain.origin_policy.health then
      add_probes(wanted, domain)
    end
  end
  for _, key in ipairs(dict:get_keys(0)) do
    if key:sub(1, 2) == "s:" and not wanted[key] then
      dict:delete(key)
    end
  end
  probes = wanted
end


local function tick(premature)
  local changes = dict:get("changes")
  if premature or not changes then
    return
  end
  if changes ~= seen_changes then
    seen_changes = changes
    reload()
  end
  local time = now()
  for _, probe in pairs(probes) do
    if running == MAX_RUNNING then
      return
    end
    if not probe.is_running and probe.due <= time then
      if not ngx.timer.at(0, guarded, probe) then
        return
      end
      probe.is_running = true
      running = running + 1
    end
  end
end


-- In one worker.
function _M.start()
  assert(ngx.timer.every(TICK, tick))
end


-- Lines for Prometheus.
function _M.add_metrics(lines)
  lines[#lines + 1] =
    "# HELP cirrus_edge_origin_up What probes say of an origin"
  lines[#lines + 1] = "# TYPE cirrus_edge_origin_up gauge"
  local keys = dict:get_keys(0)
  table.sort(keys)
  for _, key in ipairs(keys) do
    local domain, origin = key:match("^s:(%S+) (%S+)$")
    if domain then
      lines[#lines + 1] = ('cirrus_edge_origin_up{host="%s",origin="%s"} %d')
        :format(domain, origin, dict:get(key) and 1 or 0)
    end
  end
end


return _M
