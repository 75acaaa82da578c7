-- The inner tier: where a request goes on, to the shield or to an origin, and
-- to another one after that.
local answers = require "cirrus.origin_answers"
local attempts = require "cirrus.core.attempts"
local choice = require "cirrus.origin_choice"
local collapsing = require "cirrus.collapsing"
local domains = require "cirrus.domains"
local errors = require "cirrus.errors"
local http_answer = require "cirrus.core.http_answer"
local interim = require "cirrus.interim"
local origin_addresses = require "cirrus.origin_addresses"
local origin_health = require "cirrus.origin_health"
local request = require "cirrus.origin_request"
local revalidation = require "cirrus.revalidation"
local sending = require "cirrus.origin_sending"
local settings = require "cirrus.settings"
local shield = require "cirrus.shield"
local status = require "cirrus.status"
local upgrade = require "cirrus.upgrade"


local header, var = ngx.header, ngx.var


local _M = {}


local function location_for(domain, origin, tried)
  return attempts.location(domain, origin, tried,
    not upgrade.is_wanted() and request.is_repeatable())
end


local function forward(domain)
  if interim.is_expected(domain.name) and not upgrade.is_wanted() then
    return ngx.exec("@interim")
  end
  sending.prepare(domain)
  if sending.is_plain(domain) then
    local target, why = origin_addresses.find(domain.origins[1],
      domain.origin_policy.timeouts)
    if not target then
      return errors.reply(502, why)
    end
    ngx.ctx = origin_addresses.context(target)
    return
  end

  local target, tried = choice.next(domain)
  if not target then
    return errors.reply(502, tried)
  end
  var.cirrus_next = target.origin.index
  return ngx.exec(location_for(domain, target.origin, tried))
end


local function forward_probe(name)
  local domain, index = origin_health.probed(name or "")
  local origin = domain and domain.origins[index]
  if not origin then
    return errors.reply(404)
  elseif interim.is_expected(domain.name) then
    return ngx.exec("@interim")
  end
  sending.prepare(domain)
  var.cirrus_next = index
  return ngx.exec(attempts.final(origin))
end


local function ask(domain)
  if domain.origin_policy.shield and shield.parent(domain) then
    return ngx.exec("@shield")
  end
  return forward(domain)
end


function _M.access()
  local domain, name = request.domain()
  if name == settings.HEALTH_HOST then
    return status.serve_health()
  end
  if not domain then
    return forward_probe(name)
  elseif domain.is_lost then
    return errors.reply(404)
  elseif interim.is_relayed() then
    return forward(domain)
  end
  if request.is_probe() then
    header[http_answer.NOT_ASKED] = "1"
    return errors.reply(504, "No origin was asked.")
  end
  -- What is fetched now may lack what changes from here on.
  var.cirrus_applied = domains.applied()
  collapsing.enter()
  if revalidation.is_one() then
    return ngx.exec("@refresh")
  end
  return ask(domain)
end


-- For a request that has waited or asked already, and got nothing by that.
function _M.afresh()
  revalidation.forget()
  local domain = request.domain()
  if not domain then
    return errors.reply(404)
  end
  return ask(domain)
end


-- The answer of an origin to an attempt, good or bad.
local function note_attempt(origin)
  sending.give_back()
  answers.note(origin)
end


-- The location that asks the domain's shield.
function _M.shield()
  local domain = request.domain()
  if not domain then
    return errors.reply(404)
  end
  if not shield.send(domain) then
    return ngx.exec("@direct")
  end
end


-- Where a request goes on that the shield did not answer.
function _M.direct()
  local domain = request.domain()
  if not domain then
    return errors.reply(404)
  end
  sending.give_back()
  shield.note_failure(domain, answers.was_answered())
  return forward(domain)
end


-- Sends the request to the origin that was chosen at another location.
local function send_to_chosen(domain, origin, times)
  var.cirrus_next = ""
  local target, why =
    origin_addresses.find(origin, domain.origin_policy.timeouts)
  if not target then
    return errors.reply(502, why)
  end
  return sending.send_to(domain, target, times)
end


-- The location that sends a request, either straight from `access` or because
-- the attempt before failed; then another origin is chosen, and if that needs
-- another location, that one goes on.
function _M.attempt()
  local domain, name = request.domain()
  local times
  if not domain then
    domain = origin_health.probed(name)
    times = domain and domain.origin_policy.health.times
  end
  if not domain then
    return errors.reply(404)
  end
  local chosen = domain.origins[tonumber(var.cirrus_next)]
  if chosen then
    return send_to_chosen(domain, chosen, times)
  end

  note_attempt(choice.last(domain))
  local target, tried = choice.next(domain)
  if not target then
    return errors.reply(502, tried)
  end
  local location = location_for(domain, target.origin, tried)
  if location == var.cirrus_here then
    return sending.send_to(domain, target)
  end
  var.cirrus_next = target.origin.index
  return ngx.exec(location)
end


function _M.log()
  collapsing.leave()
  if var.cirrus_step ~= "" then
    -- Another request of the node asked the origin, if any did.
    return
  end
  local target = ngx.ctx.target
  if not target then
    -- An error page was next.
    return note_attempt(choice.last(request.domain()))
  elseif target.origin then
    return note_attempt(target.origin)
  end
  return sending.give_back()
end


return _M
