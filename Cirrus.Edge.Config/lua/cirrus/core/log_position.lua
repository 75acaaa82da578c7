-- May a reader of the change log go on from where it was?
local stream_id = require "cirrus.core.stream_id"


local _M = {}


-- `info` is what Redis says about the stream: `last` (last generated id),
-- `first` (id of the oldest entry, nil when empty), `length`, `added`
-- (entries ever added). Returns nil when nothing was missed, else why.
function _M.lost(position, info)
  if stream_id.is_newer(position, info.last) then
    return "the log ends before our position"
  end
  local behind = stream_id.is_newer(info.last, position)
  local trimmed = info.added > info.length
  local gap = not info.first or stream_id.is_newer(info.first, position)
  if behind and trimmed and gap then
    return "the log was trimmed past our position"
  end
  return nil
end


-- Makes `info` of the reply to XINFO STREAM, a flat list of names and values.
function _M.info(reply)
  local named = {}
  for i = 1, #reply, 2 do
    named[reply[i]] = reply[i + 1]
  end
  local first = named["first-entry"]
  return {
    last = named["last-generated-id"],
    first = type(first) == "table" and first[1] or nil,
    length = tonumber(named["length"]) or 0,
    added = tonumber(named["entries-added"]) or 0,
  }
end


-- What a stream that does not exist looks like.
function _M.empty()
  return { last = "0-0", length = 0, added = 0 }
end


return _M
