-- May a reader of the change log go on from where it was?
local stream_id = require "cirrus.core.stream_id"


local _M = {}


local START = "0-0"


-- `info` is what Redis says about the stream: `last` (last generated id),
-- `length`, `added` (entries ever added), and whether it `holds` the entry at
-- the position. Without that entry something after it may have been trimmed,
-- or undone by a Redis that came back with less and was written since. Returns
-- nil when nothing was missed, else why.
function _M.lost(position, info)
  if stream_id.is_newer(position, info.last) then
    return "the log ends before our position"
  end
  -- At the end of a log trimmed to nothing there is no entry to hold.
  if info.holds or not stream_id.is_newer(info.last, position) then
    return nil
  end
  -- Nor at the start of a log that still has its first entry.
  if not stream_id.is_newer(position, START) and info.added <= info.length then
    return nil
  end
  return "the log does not hold our position"
end


-- Makes `info` of the replies to XINFO STREAM, a flat list of names and values
-- (false when there is no stream), and to XRANGE of the position alone.
function _M.info(stream, at_position)
  if not stream then
    return { last = START, length = 0, added = 0, holds = false }
  end
  local named = {}
  for i = 1, #stream, 2 do
    named[stream[i]] = stream[i + 1]
  end
  return {
    last = named["last-generated-id"],
    length = tonumber(named["length"]) or 0,
    added = tonumber(named["entries-added"]) or 0,
    holds = #at_position > 0,
  }
end


return _M
