-- Brings the node's state up to the change log: everything at first and after
-- a gap, then entry by entry.
local certificates = require "cirrus.certificate_store"
local cjson = require "cjson.safe"
local domain_store = require "cirrus.domain_store"
local keys = require "cirrus.keys"
local link = require "cirrus.link"
local log_entries = require "cirrus.core.log_entries"
local memory = require "cirrus.memory"
local peers = require "cirrus.peers"
local redis = require "cirrus.redis"
local reread = require "cirrus.reread"
local store = require "cirrus.store"
local warm = require "cirrus.warm"


local _M = {}


-- Reads all domains. Returns their names as keys, or nil and why not.
local function read_domains(connection)
  local known, from = {}, "-"
  repeat
    local replies, err = redis.run(connection, {
      { "zrangebylex", keys.DOMAINS, from, "+", "LIMIT", 0, reread.PAGE },
    })
    if not replies then
      return nil, err
    end
    local names = replies[1]
    local ok
    ok, err = reread.names(connection, names,
      { document = true, certificate = true })
    if not ok then
      return nil, err
    end
    for _, name in ipairs(names) do
      known[name] = true
    end
    from = "(" .. (names[#names] or "")
    -- Whoever waits for the log needs not wait for this: the generation is
    -- new, so nothing of the time before can be served.
    link.up(ngx.now())
  until #names < reread.PAGE
  return known
end


-- Forgets what is no longer there.
local function keep_only(known)
  for name in pairs(domain_store.names()) do
    if not known[name] then
      memory.drop_domain(name)
    end
  end
  for _, name in ipairs(certificates.names()) do
    if not known[name] then
      memory.drop_certificate(name)
    end
  end
end


-- Reads everything. `position` is the log's end as it was before: what
-- changes meanwhile is read twice, which does no harm.
function _M.everything(connection, generation, position)
  local known, err = read_domains(connection)
  if not known then
    return nil, err
  end
  keep_only(known)
  memory.all_domains_read()
  memory.all_certificates_read()
  ngx.log(ngx.NOTICE, "read everything as of change ", position)
  return store.publish(generation, position)
end


-- Applies log entries in order; a domain is written once, however many of them
-- are its own. Returns the id of the last one, or nil and why not.
function _M.apply(connection, entries, generation)
  local wanted = log_entries.read(entries, cjson.decode)
  for _, kind in ipairs(wanted.types) do
    peers.note_event(kind)
  end
  local ok, err = reread.items(connection, wanted.reread)
  if not ok then
    return nil, err
  end
  for name, purges in pairs(wanted.purges) do
    memory.raise(name, purges)
  end
  local position = entries[#entries][1]
  ok, err = store.publish(generation, position)
  -- What is to be warmed has been purged before.
  for _, list in ipairs(wanted.warm) do
    warm.start(unpack(list))
  end
  return ok and position, err
end


-- Tries what was lost for want of memory once more.
function _M.retry_lost(connection, generation, position)
  local domains, of_certificates = memory.due()
  if not domains and not of_certificates then
    return true
  end
  local ok, err =
    reread.names(connection, domains or {}, { document = true })
  if ok then
    ok, err = reread.names(connection, of_certificates or {},
      { certificate = true })
  end
  if not ok then
    return nil, err
  end
  return store.publish(generation, position)
end


return _M
