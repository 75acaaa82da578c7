-- The node's configuration, purge epochs and log position on disk, so that a
-- node that starts without Redis serves. No secrets: none are in the state.
local cjson = require "cjson.safe"
local settings = require "cirrus.settings"
local store = require "cirrus.store"


local log, ERR, NOTICE = ngx.log, ngx.ERR, ngx.NOTICE
local now, update_time = ngx.now, ngx.update_time


local _M = {}


local FORMAT = 1
local PATH = settings.data .. "/snapshot.json"
local MIN_INTERVAL = 1
-- Other nodes' news move the position only; that needs no hurry.
local POSITION_INTERVAL = 15
-- Writing blocks the worker, so it may take this part of its time.
local MAX_SHARE = 0.05


local written_head, next_time, position_time = nil, 0, 0


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
    '","applied":"' .. applied .. '","domains":{\n' ..
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


function _M.write()
  local head = store.head()
  if not head or head == written_head or store.get("resync") == "pending" then
    return
  end
  update_time()
  local started = now()
  local ok, err = replace(PATH, encode())
  if not ok then
    log(ERR, "snapshot not written: ", err)
  end
  update_time()
  local spent = now() - started
  written_head = head
  next_time = now() + math.max(MIN_INTERVAL, spent / MAX_SHARE)
  position_time = now() + POSITION_INTERVAL
end


-- Called by the log reader after each round.
function _M.note_change()
  local head = store.head()
  if not head or head == written_head or now() < next_time then
    return
  end
  local is_same_state = written_head and
    head:match("^(%d+ %S+)") == written_head:match("^(%d+ %S+)")
  if not is_same_state or now() >= position_time then
    _M.write()
  end
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
  end
  store.publish(state.generation, state.applied)
  log(NOTICE, "loaded the snapshot of change ", state.applied)
end


return _M
