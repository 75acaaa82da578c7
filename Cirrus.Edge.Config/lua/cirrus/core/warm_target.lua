-- What an entry of a warm list asks for.
local _M = {}


-- Returns scheme, host and path with query of an absolute URL, or of a path of
-- the domain; without a scheme it is the one that clients are led to. Nil when
-- it is neither, or would be more than one line of a request: a wildcard's
-- paths are nobody's.
function _M.read(domain, url, scheme)
  if url:find("[%c%s]") then
    return nil
  end
  local given, authority, rest = url:match("^(https?)://([^/?#]+)([^#]*)")
  if given then
    local host = authority:gsub(":%d+$", ""):lower()
    return given, host, rest:sub(1, 1) == "/" and rest or "/" .. rest
  end
  if url:sub(1, 1) ~= "/" or domain:sub(1, 2) == "*." then
    return nil
  end
  return scheme, domain, (url:gsub("#.*$", ""))
end


-- Which of the four counts an answer belongs to.
function _M.result(status, fields)
  if not status or status >= 500 then
    return "failed"
  end
  local cache_status = fields["cache-status"] or ""
  if cache_status:find("; hit", 1, true) then
    return "cached"
  elseif cache_status:find("; stored", 1, true) then
    return "stored"
  end
  return "notStored"
end


return _M
