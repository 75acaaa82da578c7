-- Names of hosts in which "*" stands for one label, as in a wildcard domain.
local _M = {}


-- Returns a set of names and wildcards.
function _M.compile(names)
  local set = {}
  for _, name in ipairs(names or {}) do
    set[tostring(name):lower()] = true
  end
  return set
end


function _M.is_match(set, host)
  if set["*"] or set[host] then
    return true
  end
  local rest = host:match("^[%w_-]+(%..+)$")
  return rest ~= nil and set["*" .. rest] == true
end


return _M
