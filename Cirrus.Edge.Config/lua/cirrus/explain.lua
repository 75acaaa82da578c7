-- Says what the node would do with a request, by doing it: the request goes
-- through the cache tier as any other, and only where an origin would be asked
-- it ends.
local certificates = require "cirrus.certificates"
local choice = require "cirrus.origin_choice"
local cjson = require "cjson.safe"
local domains = require "cirrus.domains"
local epochs = require "cirrus.core.epochs"
local http_answer = require "cirrus.core.http_answer"
local inner = require "cirrus.inner"
local settings = require "cirrus.settings"
local tag_index = require "cirrus.tag_index"


local header, var = ngx.header, ngx.var


local _M = {}


local FIELD = "X-Cirrus-Explain"
local FIELD_LINE = "^([%w!#$%%&'*+.^_`|~-]+):%s*(.*)$"
local URI = "^/[^%s%c]*$"


local function rule_of(domain, plan)
  for index, rule in ipairs(domain.rules) do
    if rule == plan.rule then
      return { index = index - 1, path = rule.prefix or rule.expression,
        problem = rule.problem }
    end
  end
  return nil
end


local function epochs_of(plan, tags)
  local compiled = plan.domain.epochs
  return {
    key = plan.epoch,
    everything = compiled.hard.everything,
    url = epochs.find(compiled, plan.host, plan.uri, plan.policy.query),
    soft = epochs.find_soft(compiled, plan.host, plan.uri, plan.policy.query,
      tags),
    newestTag = compiled.hard.newest_tag,
  }
end


-- In the header filter of a probe: what the phases before have found out.
function _M.note(ctx)
  local domain = ctx.domain and domains.named(ctx.domain)
  local plan = ctx.explained
  local note = { domain = ctx.domain, reason = ctx.reason, why = ctx.why }
  if plan then
    local is_found = var.upstream_http_x_cirrus_object ~= nil
    local tags = is_found and tag_index.of_response() or nil
    note.uri = plan.origin_uri or plan.uri
    note.device = ctx.device
    note.key = plan.key
    note.policy = plan.policy.text
    note.rule = rule_of(domain, plan)
    note.cache = var.upstream_cache_status
    note.epochs = plan.key and epochs_of(plan, tags)
    note.tags = tags and #tags > 0 and { unpack(tags) } or nil
    note.fetchedUnder = is_found and var.upstream_http_x_cirrus_applied or nil
  end
  header[FIELD] = cjson.encode(note)
end


local function origins_of(domain)
  local list = {}
  for i, origin in ipairs(domain.origins) do
    list[i] = {
      url = origin.scheme .. "://" .. origin.authority,
      weight = origin.weight,
      backup = origin.is_backup or nil,
      healthy = not choice.is_failing(origin),
    }
  end
  return list
end


-- Fields that the caller gives as "Name: value", once or several times.
local function headers_of(argument)
  local list = {}
  local texts = type(argument) == "table" and argument or { argument }
  for _, text in ipairs(texts) do
    local name, value = tostring(text):match(FIELD_LINE)
    if not name or value:find("[%c]") then
      return nil, "header must be a name, a colon and a value"
    end
    list[#list + 1] = { name, value }
  end
  return list
end


local function read_arguments()
  local arguments = ngx.req.get_uri_args(200)
  local headers, problem = headers_of(arguments.header)
  local request = {
    method = arguments.method or "GET",
    scheme = arguments.scheme or "http",
    host = arguments.host,
    uri = arguments.uri or "/",
    headers = headers,
  }
  if not problem and (type(request.host) ~= "string" or
      not request.host:find("^[%w%-._:%[%]]+$")) then
    problem = "host must be a host"
  elseif not problem and not tostring(request.method):find("^%u+$") then
    problem = "method must be a method"
  elseif request.scheme ~= "http" and request.scheme ~= "https" then
    problem = "scheme must be http or https"
  elseif type(request.uri) ~= "string" or not request.uri:find(URI) then
    problem = "uri must be a path with or without query"
  end
  return request, problem
end


local function explain(request)
  local answer, err = inner.ask("probe", request)
  if not answer then
    return nil, err
  end
  local note = cjson.decode(answer.headers[FIELD:lower()] or "") or {}
  local domain = note.domain and domains.named(note.domain)
  local certificate = certificates.find(request.host)
  note.node = settings.node
  note.applied = domains.applied()
  note.status = answer.status
  note.location = answer.headers["location"]
  note.cacheStatus = answer.headers["cache-status"]
  note.age = tonumber(answer.headers["age"])
  note.origins = domain and not domain.is_lost and origins_of(domain) or nil
  note.certificate = certificate and certificate.name
  -- What the probe was answered with instead of an origin's answer.
  note.asksOrigin = answer.headers[http_answer.NOT_ASKED:lower()] ~= nil
  if note.asksOrigin then
    note.status = nil
  end
  return note
end


-- /explain?scheme=&host=&uri=&method=&header=Name:value
function _M.serve()
  local request, problem = read_arguments()
  local answer, err
  if not problem then
    answer, err = explain(request)
  end
  if not answer then
    ngx.status = problem and 400 or 503
    answer = { error = problem or err }
  end
  header["Content-Type"] = "application/json"
  header["Cache-Control"] = "no-store"
  ngx.say(cjson.encode(answer))
end


return _M
