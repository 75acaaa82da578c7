-- Purge epochs of domains in shared memory. A purge costs what it raises: the
-- whole of a domain's epochs, thousands of them, is written now and then only,
-- and workers that have compiled it take in one raise after the other.
local cjson = require "cjson.safe"
local epoch_raises = require "cirrus.core.epoch_raises"
local epochs = require "cirrus.core.epochs"
local store = require "cirrus.domain_store"
local stream_id = require "cirrus.core.stream_id"


local newest = stream_id.newest


local _M = {}


-- Each epoch that there is makes it dearer to write them all.
local FIELDS_FOR_A_RAISE = 16
local MIN_JOURNAL = 4
-- Someone else may be writing; more often than this in a row is a bug.
local ATTEMPTS = 5
local MAX_STATES = 1000


local function merge(fields, name, first, last)
  for number = first + 1, last do
    local raised = cjson.decode(store.raised(name, number) or "")
    if not raised then
      return nil
    end
    for field, id in pairs(raised) do
      fields[field] = newest(fields[field], id)
    end
  end
  return fields
end


-- Returns all epochs of a domain by field, its version and its document (JSON)
-- as of that; nil when there is no such domain.
function _M.read(name)
  for _ = 1, ATTEMPTS do
    local version = store.version(name)
    local life, first, last = store.read_version(version)
    local document, text = store.read(name)
    if not life or not document then
      return nil
    end
    local fields = merge(cjson.decode(text or "") or {}, name, first, last)
    local now = store.read_version(store.version(name))
    if fields and now == life then
      return fields, version, document
    end
  end
  return nil
end


-- Brings compiled epochs from one version to another by what was raised since.
-- Returns false when they are to be read anew.
function _M.catch_up(compiled, name, from, to)
  local life, _, seen = store.read_version(from)
  local life_now, _, last = store.read_version(to)
  if not life_now or life ~= life_now or last - seen > store.MAX_JOURNAL then
    return false
  end
  for number = seen + 1, last do
    local raised = cjson.decode(store.raised(name, number) or "")
    if not raised then
      return false
    end
    epochs.apply(compiled, raised)
  end
  return true
end


-- In the process that writes: what it wrote last, by domain.
local states, count = {}, 0


local function state_of(name)
  local version = store.version(name)
  local known = states[name]
  if known and known.version == version then
    return known.epochs, version
  end
  local fields
  fields, version = _M.read(name)
  return fields and epoch_raises.state(fields), version
end


local function remember(name, state)
  if not states[name] then
    if count == MAX_STATES then
      states, count = {}, 0
    end
    count = count + 1
  end
  states[name] = { epochs = state, version = store.version(name) }
end


local function is_due(state, version)
  local _, first, last = store.read_version(version)
  local most = math.min(store.MAX_JOURNAL,
    math.max(MIN_JOURNAL, state.count / FIELDS_FOR_A_RAISE))
  return last + 1 - first >= most
end


-- Raises what purges of a domain say. Returns true, also when there is no such
-- domain; false when there was no memory.
function _M.raise(name, purges)
  local state, version = state_of(name)
  if not state then
    return true
  end
  local raised
  state, raised = epoch_raises.raise(state, purges)
  local stored
  if raised then
    stored = store.raise(name, cjson.encode(raised),
      is_due(state, version) and cjson.encode(state.fields) or nil)
  else
    stored = store.put(name, (store.read(name)),
      cjson.encode(state.fields))
  end
  remember(name, state)
  return stored
end


return _M
