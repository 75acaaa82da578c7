-- The compiled domains of this worker. A request costs one look at a shared
-- counter; only what changed is compiled again, when it is asked for.
local cjson = require "cjson.safe"
local compiler = require "cirrus.core.domain"
local domain_store = require "cirrus.domain_store"
local epoch_store = require "cirrus.epoch_store"
local expressions = require "cirrus.expressions"
local store = require "cirrus.store"


local log, ERR = ngx.log, ngx.ERR
local byte = string.byte


local _M = {}


local ASTERISK = 42
local published, sequence, generation, applied
local compiled = {}


local function synchronise()
  local current = store.published()
  if current ~= published then
    -- First the number: a head of after it is read again, not missed.
    published = current
    sequence, generation, applied = store.read_head()
  end
end


-- JSON's null is an absent field here.
local function without_nulls(value)
  for key, item in pairs(value) do
    if item == cjson.null then
      value[key] = nil
    elseif type(item) == "table" then
      without_nulls(item)
    end
  end
  return value
end


-- Raises an error when a member is of another type than it should be.
local function compile(document, fields)
  local decoded = assert(cjson.decode(document))
  return compiler.compile(without_nulls(decoded), fields,
    expressions.is_valid)
end


local function load(name, seen)
  local fields, version, document = epoch_store.read(name)
  if not fields then
    return { name = name, version = seen, is_lost = true }
  end
  local ok, domain, broken = pcall(compile, document, fields)
  if not ok then
    -- Nobody else's requests, nor its own, are to meet that again.
    log(ERR, "domain ", name, ": the document can't be used: ", domain)
    return { name = name, version = version, is_lost = true,
      problem = "The domain's document can't be used." }
  end
  for _, rule in ipairs(broken) do
    log(ERR, "domain ", name, ": what reaches rule ", rule.expression,
      " is not cached: ", rule.problem)
  end
  for _, problem in ipairs(domain.problems) do
    log(ERR, "domain ", name, ": ", problem)
  end
  domain.name = name
  domain.version = version
  return domain
end


-- Purges are taken into what there is; anything else makes a new one.
local function follow(domain, name, version)
  local is_known = not domain.is_lost and
    epoch_store.catch_up(domain.epochs, name, domain.version, version)
  if not is_known then
    return load(name, version)
  end
  domain.version = version
  return domain
end


local function get(name)
  local domain = compiled[name]
  if domain and domain.seen == sequence then
    return domain
  end

  local version = domain_store.version(name)
  if not version then
    compiled[name] = nil
    return nil
  end
  if not domain then
    domain = load(name, version)
  elseif domain.version ~= version then
    domain = follow(domain, name, version)
  end
  compiled[name] = domain
  domain.seen = sequence
  return domain
end


-- The domain that serves a host, or nil: the exact name wins over a wildcard.
function _M.find(host)
  synchronise()
  -- The name of a wildcard is no host.
  if byte(host) == ASTERISK then
    return nil
  end
  local domain = get(host)
  if domain then
    return domain
  end
  local wildcard = compiler.wildcard_of(host)
  return wildcard and get(wildcard)
end


-- The domain of exactly this name, or nil.
function _M.named(name)
  synchronise()
  return get(name)
end


-- As of the last look-up.
function _M.generation()
  return generation
end


function _M.applied()
  return applied
end


return _M
