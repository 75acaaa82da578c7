-- The node's configuration, purge epochs and log position on disk, so that a
-- node that starts without Redis serves. Documents may carry credentials for
-- origins; bin/edge sees to it that nobody else can read the file. Of
-- certificates it has the number only: private keys never go to disk.
local certificates = require "cirrus.certificate_store"
local cjson = require "cjson.safe"
local origin_health = require "cirrus.origin_health"
local settings = require "cirrus.settings"
local store = require "cirrus.store"


local log, ERR, NOTICE = ngx.log, ngx.ERR, ngx.NOTICE
local now, update_time = ngx.now, ngx.update_time


local _M = {}


local FORMAT = 1
local PATH = settings.data .. "/snapshot.json"
-- This file is there while the node knows more than the snapshot says. A node
-- that starts and finds it may have forgotten purges.
local BEHIND = settings.data .. "/snapshot.behind"
-- Other nodes' news move the position only; that needs no hurry.
local POSITION_INTERVAL = 15
-- Writing blocks the worker, so it may take this part of its time.
local MAX_SHARE = 0.05


local written_head, next_time, position_time = nil, 0, 0
local is_behind = false


local function encode()
  local _, generation, applied = store.read_head()
  local parts = {}
  for _, name in ipairs(store.domain_names()) do
    local document, epochs = store.domain(name)
    if document and epochs then
      parts[#parts + 1] = cjson.encode(name) .. ':{"document":' .. document ..
        ',"epochs":' .. epochs .. "}"
    end
  end
  return '{"format":' .. FORMAT .. ',"generation":"' .. generation ..
    '","applied":"' .. applied .. '","certificates":' ..
    certificates.count() .. ',"domains":{\n' ..
    table.concat(parts, ",\n") .. "\n}}\n"
end


-- Readers find the old file or the new one, never a part.
local function replace(path, text)
  local temporary = path .. ".new"
  local file, err = io.open(temporary, "w")
  if not file then
    return nil, err
  end
  local ok
  ok, err = file:write(text)
  if ok then
    ok, err = file:close()
  end
  if not ok then
    return nil, err
  end
  return os.rename(temporary, path)
end


-- Called before a change is published, so that a crash at any time after it
-- leaves either a snapshot with the change or the mark.
function _M.expect_change()
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


function _M.write()
  local head = store.head()
  if not head or head == written_head or store.needs_resync() then
    return
  end
  update_time()
  local started = now()
  local ok, err = replace(PATH, encode())
  if ok then
    os.remove(BEHIND)
    is_behind = false
  else
    log(ERR, "snapshot not written: ", err)
  end
  update_time()
  local spent = now() - started
  written_head = head
  next_time = now() + spent / MAX_SHARE
  position_time = now() + POSITION_INTERVAL
end


-- Called by the log reader after each round. Returns the seconds until it
-- wants to be called again, or nil when nothing waits to be written.
function _M.note_change()
  local head = store.head()
  if not head or head == written_head then
    return nil
  end
  local is_same_state = written_head and
    head:match("^(%d+ %S+)") == written_head:match("^(%d+ %S+)")
  local due = is_same_state and position_time or next_time
  if now() < due then
    return due - now()
  end
  _M.write()
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
    store.put_domain(name, cjson.encode(domain.document),
      cjson.encode(domain.epochs))
    origin_health.note_domain(name, domain.document)
  end
  local generation = state.generation
  local behind = io.open(BEHIND, "r")
  if behind then
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
