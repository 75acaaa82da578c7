-- One request at a time asks the origin for an object. nginx sees to that
-- for those that are missing; here it is for those that have expired.
local stored = require "cirrus.stored"


local claims = ngx.shared.cirrus_claims
local header, now, sleep, time = ngx.header, ngx.now, ngx.sleep, ngx.time
local var = ngx.var


local _M = {}


-- A worker that dies with a claim holds others up for so long, at most.
local CLAIM = 10
-- How long the cache tier may take to store what it has been given.
local STORING = 1
-- For so long nobody waits for what turned out not to be stored.
local FREE = 5
local FIRST_STEP, MAX_STEP = 0.005, 0.1


local function claim(key)
  if not claims:add(key, "busy", CLAIM) then
    return false
  end
  var.cirrus_claim = key
  return true
end


-- For a moment the old object is as good as confirmed, for all of the node.
local function lend()
  var.cirrus_step = "given"
  ngx.status = 304
  header["Cache-Control"] = "max-age=1"
  return ngx.exit(304)
end


-- Returns when the request is to ask an origin. Otherwise it has been
-- answered: with what another one has brought meanwhile, or with the old
-- object where that is allowed while another one refreshes it.
function _M.enter()
  local key = var.http_x_cirrus_key
  if not key or var.http_x_cirrus_hop or claim(key) then
    return
  end
  local deadline, step = now() + CLAIM, FIRST_STEP
  repeat
    local _, ends, grace = stored.find(key)
    if not ends or claims:get(key) == "free" then
      return
    elseif ends > time() then
      return ngx.exec("@given")
    elseif time() - ends <= grace then
      return lend()
    end
    sleep(step)
    step = math.min(step * 2, MAX_STEP)
  until claim(key) or now() > deadline
end


function _M.has_claim()
  local key = var.cirrus_claim
  return key and key ~= ""
end


-- The answer is none to be stored: known before the next request can come.
function _M.give_up()
  claims:set(var.cirrus_claim, "free", FREE)
  var.cirrus_claim = ""
end


-- In the log phase.
function _M.leave()
  if _M.has_claim() then
    claims:set(var.cirrus_claim, "done", STORING)
  end
end


return _M
