-- Requests that nothing is stored for (conf/past_cache.conf, decision 54). When
-- all that the origin tier would do is pass one on, it goes to the origin from
-- the cache tier: the way through another server of the node costs more.
local answers = require "cirrus.origin_answers"
local errors = require "cirrus.errors"
local fields = require "cirrus.origin_fields"
local interim = require "cirrus.interim"
local moves = require "cirrus.moves"
local origin_addresses = require "cirrus.origin_addresses"
local sending = require "cirrus.origin_sending"


local get_method, header, var = ngx.req.get_method, ngx.header, ngx.var


local _M = {}


-- What the operator wants origins to get is set on the request, which in this
-- tier has an answer to come that depends on its fields.
local function is_plain(ctx, domain)
  local method = get_method()
  return (method == "GET" or method == "HEAD") and
    not ctx.inner and not ctx.peer and
    not domain.request_headers and next(domain.headers) == nil and
    sending.is_plain(domain) and not interim.is_expected(domain.name)
end


-- Returns when the request is to go on to the origin tier.
function _M.enter(ctx, domain)
  local target = is_plain(ctx, domain) and
    origin_addresses.find(domain.origins[1], domain.origin_policy.timeouts)
  if not target then
    return
  end
  ctx.target, ctx.origin_host = target, domain.host_header
  return moves.to("@origin", ctx)
end


-- In the location that asks the origin. Returns the host it is asked for.
function _M.host()
  local ctx = moves.context()
  ngx.ctx = ctx
  ctx.is_past_cache = true
  return ctx.origin_host or var.host
end


-- Of what is no answer at all nothing may reach the client.
function _M.has_header()
  return not fields.are_missing()
end


-- What the origin tier's header filter does with such an answer. Returns false
-- for one that is not final; the next request goes by the origin tier then.
function _M.header_filter(ctx)
  if interim.is_one() then
    interim.note(ctx.domain)
    return false
  end
  fields.drop_of_connection()
  fields.join_lines("Cache-Control")
  fields.join_lines("Vary")
  header["Server"] = "Cirrus"
  return true
end


-- Instead of an answer of the origin's.
function _M.error_page()
  local ctx = moves.context()
  ngx.ctx = ctx
  ctx.is_past_cache = false
  return errors.page()
end


function _M.log(ctx)
  moves.forget()
  return answers.note(ctx.target.origin)
end


return _M
