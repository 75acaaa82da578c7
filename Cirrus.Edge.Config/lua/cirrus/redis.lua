-- Connections to Redis. OpenResty and Debian carry the same client under
-- different names.
local settings = require "cirrus.settings"


local found, client = pcall(require, "resty.redis")
if not found then
  client = require "nginx.redis"
end


local _M = {}


-- Long enough for a Redis far away, short enough to notice a dead one before
-- requests have waited too long for the node to catch up.
local TIMEOUT = 500


-- Returns an authenticated connection, or nil and why not.
function _M.connect()
  local redis = client:new()
  redis:set_timeout(TIMEOUT)
  local config = settings.redis
  local ok, err = redis:connect(config.host, config.port)
  if not ok then
    return nil, err
  end
  if config.password then
    ok, err = redis:auth(config.user, config.password)
    if not ok then
      redis:close()
      return nil, err
    end
  end
  return redis
end


-- In place of the reply to a command about a key of another type than it
-- should have.
_M.WRONG_TYPE = {}


-- Runs commands {{"get", key}, …} in one round trip; Redis may hold back the
-- reply for `block` milliseconds. Returns the replies, or nil and the first
-- error. A missing stream is an error to XINFO and `false` here; with
-- `one_by_one` a key of another type fails no others.
function _M.run(redis, commands, block, one_by_one)
  redis:set_timeout(TIMEOUT + (block or 0))
  redis:init_pipeline(#commands)
  for _, command in ipairs(commands) do
    redis[command[1]](redis, unpack(command, 2))
  end
  local replies, err = redis:commit_pipeline()
  if not replies then
    return nil, err
  end
  for i, reply in ipairs(replies) do
    if type(reply) == "table" and reply[1] == false then
      if one_by_one and reply[2]:find("^WRONGTYPE") then
        replies[i] = _M.WRONG_TYPE
      elseif reply[2] == "ERR no such key" then
        replies[i] = false
      else
        return nil, reply[2]
      end
    end
  end
  return replies
end


return _M
