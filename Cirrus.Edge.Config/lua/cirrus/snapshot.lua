-- The node's configuration, purge epochs and log position on disk, so that a
-- node that starts without Redis serves. Documents may carry credentials for
-- origins; bin/edge sees to it that nobody else can read the file. Of
-- certificates it has the number only: private keys never go to disk.
local certificates = require "cirrus.certificate_store"
local cjson = require "cjson.safe"
local domain_store = require "cirrus.domain_store"
local epoch_store = require "cirrus.epoch_store"
local origin_health = require "cirrus.origin_health"
local settings = require "cirrus.settings"
local store = require "cirrus.store"
local tag_index = require "cirrus.tag_index"


local log, ERR, NOTICE = ngx.log, ngx.ERR, ngx.NOTICE
local now, sleep, update_time = ngx.now, ngx.sleep, ngx.update_time


local _M = {}


local FORMAT = 1
local PATH = settings.data .. "/snapshot.json"
-- This file is there while the node knows more than the snapshot says. A node
-- that starts and finds it may have forgotten purges.
local BEHIND = settings.data .. "/snapshot.behind"
-- Other nodes' news move the position only; that needs no hurry.
local POSITION_INTERVAL = 15
-- Writing takes the worker's time, and may take this part of it: in slices, so
-- that neither requests nor purges wait for it (seconds).
local MAX_SHARE = 0.05
local SLICE, YIELD = 0.002, 0.001


local written_head, next_time, position_time = nil, 0, 0
local is_behind, is_writing = false, false
-- How many changes were expected.
local expected = 0


local function domain_text(name)
  local fields, _, document = epoch_store.read(name)
  return fields and cjson.encode(name) .. ':{"document":' .. document ..
    ',"epochs":' .. cjson.encode(fields) .. "}"
end


-- Writes piece after piece. What changes meanwhile is newer than the position
-- says, which does no harm: the log is read from there on.
local function write_state(file, pause)
  local names = {}
  for name in pairs(domain_store.names()) do
    names[#names + 1] = name
  end
  local _, generation, applied = store.read_head()
  local ok, err = file:write('{"format":', FORMAT, ',"generation":"',
    generation, '","applied":"', applied, '","certificates":',
    certificates.count(), ',"domains":{')
  local separator = "\n"
  for _, name in ipairs(names) do
    local text = domain_text(name)
    if text then
      ok, err = file:write(separator, text)
      separator = ",\n"
    end
    if not ok then
      return nil, err
    end
    pause()
  end
  return file:write("\n}}\n")
end


-- Readers find the old file or the new one, never a part.
local function replace(path, pause)
  local temporary = path .. ".new"
  local file, err = io.open(temporary, "w")
  if not file then
    return nil, err
  end
  local ok
  ok, err = write_state(file, pause)
  if ok then
    ok, err = file:close()
  else
    file:close()
  end
  if not ok then
    return nil, err
  end
  return os.rename(temporary, path)
end


-- Called before a change is published, so that a crash at any time after it
-- leaves either a snapshot with the change or the mark.
function _M.expect_change()
  expected = expected + 1
  if is_behind then
    return
  end
  local file, err = io.open(BEHIND, "w")
  if file then
    file:close()
    is_behind = true
  else
    log(ERR, "snapshot can't be marked as behind: ", err)
  end
end


-- Returns a function to be called between pieces of work, which lets others
-- have their turn after each slice, and one that tells the time spent.
local function slices()
  local started, spent = now(), 0
  local function pause()
    update_time()
    if now() - started < SLICE then
      return
    end
    spent = spent + now() - started
    sleep(YIELD)
    update_time()
    started = now()
  end
  return pause, function()
    update_time()
    return spent + now() - started
  end
end


local function no_pause()
end


-- Writes the state down if it is another than the last time; `in_slices` where
-- the caller may be suspended.
function _M.write(in_slices)
  local head = store.head()
  if not head or head == written_head or store.needs_resync() then
    return
  end
  local expected_before = expected
  update_time()
  local pause, spent = slices()
  local ok, err = replace(PATH, in_slices and pause or no_pause)
  if not ok then
    log(ERR, "snapshot not written: ", err)
  elseif store.head() == head and expected == expected_before then
    os.remove(BEHIND)
    is_behind = false
  end
  written_head = head
  next_time = now() + spent() / MAX_SHARE
  position_time = now() + POSITION_INTERVAL
end


local function write_in_timer(premature)
  local ok, err = true, nil
  if not premature then
    ok, err = pcall(_M.write, true)
  end
  is_writing = false
  if not ok then
    log(ERR, "snapshot not written: ", err)
  end
end


-- Called by the log reader after each round. Returns the seconds until it
-- wants to be called again, or nil when nothing waits to be written.
function _M.note_change()
  local head = store.head()
  if not head or head == written_head or is_writing then
    return nil
  end
  local is_same_state = written_head and
    head:match("^(%d+ %S+)") == written_head:match("^(%d+ %S+)")
  local due = is_same_state and position_time or next_time
  if now() < due then
    return due - now()
  end
  is_writing = true
  local ok, err = ngx.timer.at(0, write_in_timer)
  if not ok then
    is_writing = false
    log(ERR, "snapshot not written: ", err)
  end
  return nil
end


-- Loads the last snapshot into shared memory, unless that has state already
-- (nginx keeps it over a reload).
function _M.load()
  if store.head() then
    return
  end
  local file = io.open(PATH, "r")
  if not file then
    return
  end
  local text = file:read("*a")
  file:close()
  local state, err = cjson.decode(text)
  if not state or state.format ~= FORMAT then
    log(ERR, "snapshot ignored: ", err or "of another format")
    return
  end
  for name, domain in pairs(state.domains) do
    domain_store.put(name, cjson.encode(domain.document),
      cjson.encode(domain.epochs))
    origin_health.note_domain(name, domain.document)
  end
  local generation = state.generation
  local behind = io.open(BEHIND, "r")
  -- Of what is in the cache it is not known any more which tags it has; a new
  -- generation begins with nothing.
  if not behind then
    tag_index.forget(generation)
  else
    behind:close()
    is_behind = true
    generation = store.new_generation()
    log(NOTICE, "the snapshot is incomplete, so the cache counts as purged")
  end
  store.publish(generation, state.applied)
  if state.certificates == 0 then
    certificates.set_complete()
  end
  log(NOTICE, "loaded the snapshot of change ", state.applied)
end


return _M
