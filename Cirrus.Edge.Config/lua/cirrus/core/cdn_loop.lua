-- The field CDN-Loop (RFC 8586): which CDNs a request has been through.
local _M = {}


-- Whether `id` is a member of the list; parameters don't count.
function _M.has(list, id)
  for member in list:gmatch("[^,]+") do
    if member:match("^%s*([^%s;]+)") == id then
      return true
    end
  end
  return false
end


return _M
