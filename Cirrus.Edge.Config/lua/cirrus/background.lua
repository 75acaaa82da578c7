-- Fetches objects anew in the background, while clients get what there is.
local http_answer = require "cirrus.core.http_answer"
local inner = require "cirrus.inner"


local log, NOTICE = ngx.log, ngx.NOTICE
local claims = ngx.shared.cirrus_refreshes


local _M = {}


-- A worker that dies holds its claims for so long, at most.
local CLAIM = 60
-- Where an origin fails, or gives nothing that is stored, it is not asked at
-- every request.
local PAUSE = 5
-- A request that found the old object may be about to ask for a new one when
-- that has come already.
local SETTLED = 1
-- In each worker. Whoever comes then gets the old object once more.
local MOST = 64


local running = 0


local function run(premature, name, request)
  if not premature then
    local answer, err = inner.ask("refresh", request)
    if answer and answer.is_complete and answer.status < 500 then
      claims:set(name, true, SETTLED)
    else
      claims:set(name, true, PAUSE)
      log(NOTICE, "not refreshed: ", request.host, request.uri, ": ",
        err or answer.status)
    end
  end
  running = running - 1
end


-- Has the node fetch the object of a URI again, once for each `version` of it
-- that was found old; `headers` are those of the request that found it.
-- Returns whether it is done by this call.
function _M.refresh(host, scheme, uri, version, headers)
  local name = version .. " " .. scheme .. " " .. host .. uri
  if running >= MOST or not claims:add(name, true, CLAIM) then
    return false
  end
  local ok, err = ngx.timer.at(0, run, name, {
    method = "GET",
    host = host,
    scheme = scheme,
    uri = uri,
    headers = http_answer.for_another(headers),
  })
  if not ok then
    claims:delete(name)
    log(ngx.ERR, "can't refresh: ", err)
    return false
  end
  running = running + 1
  return true
end


return _M
