-- The node's one reader of the change log. It runs in worker 0, which nginx
-- starts again when it dies; the state in shared memory survives that.
local certificates = require "cirrus.certificate_store"
local keys = require "cirrus.keys"
local link = require "cirrus.link"
local log_entries = require "cirrus.core.log_entries"
local log_position = require "cirrus.core.log_position"
local missing_certificates = require "cirrus.missing_certificates"
local peers = require "cirrus.peers"
local redis = require "cirrus.redis"
local snapshot = require "cirrus.snapshot"
local store = require "cirrus.store"
local sync = require "cirrus.sync"


local exiting = ngx.worker.exiting
local log, ERR, NOTICE = ngx.log, ngx.ERR, ngx.NOTICE
local now, sleep, update_time = ngx.now, ngx.sleep, ngx.update_time
local null = ngx.null


local _M = {}


-- Milliseconds. After a pause requests wait for the answer to a question asked
-- since, so this bounds how long.
local BLOCK = 100
local BATCH = 1000
local MAX_BACK_OFF = 0.25
-- A round that takes so much longer than it had to was interrupted (seconds).
local PAUSE = 0.1


-- Reads everything and counts all that is cached as purged. The generation
-- changes before anything else, so that a node that loses Redis half-way
-- can't go back to what it had.
local function resync(connection, info, why)
  local sequence, generation, applied = store.read_head()
  if not store.needs_resync() then
    snapshot.expect_change()
    generation = store.new_generation()
    log(NOTICE, "reading everything: ", why)
    store.set_needs_resync(true)
    if sequence then
      store.publish(generation, applied)
    end
  end
  generation = generation or store.new_generation()
  local ok, err = sync.everything(connection, generation, info.last)
  if ok then
    store.set_needs_resync(false)
  end
  return ok, err
end


local function read(connection, position, block)
  local xread = { "xread", "COUNT", BATCH, "STREAMS", keys.EVENTS, position }
  if block then
    xread = {
      "xread", "BLOCK", block, "COUNT", BATCH, "STREAMS", keys.EVENTS,
      position,
    }
  end
  local replies, err = redis.run(connection, {
    xread,
    { "xinfo", "STREAM", keys.EVENTS },
    { "xrange", keys.EVENTS, position, position },
  }, block)
  if not replies then
    return nil, err
  end
  local streams = replies[1]
  local entries = streams ~= null and streams[1][2] or {}
  return entries, log_position.info(replies[2], replies[3])
end


-- One question to the log and all that follows from the answer. Returns true,
-- or nil and why not.
local function step(connection, block)
  local sent = now()
  local _, generation, position = store.read_head()
  local entries, info = read(connection, position or "0-0", block)
  if not entries then
    return nil, info
  end

  local why = not position and "no state yet"
    or store.needs_resync() and "the last attempt failed"
    or log_position.lost(position, info)
  local ok, err
  if why then
    ok, err = resync(connection, info, why)
  elseif #entries > 0 then
    if log_entries.concern_snapshot(entries) then
      snapshot.expect_change()
    end
    ok, err = sync.apply(connection, entries, generation)
  else
    ok, err = sync.retry_lost(connection, generation, position)
  end
  if not ok then
    return nil, err
  end
  ok, err = peers.refresh(connection)
  if not ok then
    return nil, err
  end
  link.up(sent)
  -- Some at a time, so that the log needs not wait.
  return missing_certificates.read(connection)
end


-- Follows the log over one connection until it breaks. The first question
-- does not block: after a pause of any kind the answer is wanted at once.
local function follow(connection)
  local block, ok, err
  repeat
    local started = now()
    ok, err = step(connection, block)
    local write_in = snapshot.note_change() or BLOCK / 1000
    update_time()
    local may_wait = certificates.is_complete() and
      now() - started < (block or 0) / 1000 + PAUSE
    block = may_wait and math.ceil(math.min(BLOCK, write_in * 1000)) or nil
  until not ok or exiting()
  return err
end


-- A connection that breaks is first replaced; only when that fails is the
-- link down. So nothing stale is served between the two.
local function run(premature)
  local back_off = 0.05
  while not premature and not exiting() do
    local started = now()
    local connection, err = redis.connect()
    local answered = false
    if connection then
      local before = link.contact()
      err = follow(connection)
      answered = link.contact() ~= before
      connection:close()
    end
    if exiting() then
      return
    end
    if answered then
      back_off = 0.05
      log(NOTICE, "lost Redis: ", err)
      sleep(0.01)
    else
      if link.state() ~= "down" then
        log(ERR, "no Redis, serving what is known: ", err)
      end
      link.down(started)
      sleep(back_off)
      back_off = math.min(back_off * 2, MAX_BACK_OFF)
    end
  end
end


function _M.start()
  -- Which domains did not fit is known to the process that found it only.
  if link.problem("domains") or link.problem("certificates") then
    store.set_needs_resync(true)
  end

  -- A bug in one round must not end the reading for good.
  local function guarded(premature)
    local ok, err = xpcall(run, debug.traceback, premature)
    if not ok then
      log(ERR, "reader failed: ", err)
      if not premature and not exiting() then
        ngx.timer.at(0.5, guarded)
      end
    end
  end
  assert(ngx.timer.at(0, guarded))
end


return _M
