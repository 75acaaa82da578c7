-- The Cache-Status field (RFC 9211): one member for this node.
local _M = {}


local TOKEN = "^[%a*][%w:/!#$%%&'*+.^_`|~-]*$"


-- nginx's words for what its cache did.
local FORWARDED = {
  MISS = "uri-miss",
  EXPIRED = "stale",
  REVALIDATED = "stale",
  STALE = "stale",
}
-- With BYPASS the answer is stored, whatever was stored before.
local HIT = { HIT = true, UPDATING = true }


-- A node's id as the structured field wants it (RFC 8941, section 3.3).
function _M.identifier(node)
  if node:find(TOKEN) then
    return node
  end
  return '"' .. node .. '"'
end


-- `status` is nginx's cache status or nil when the cache was not asked, then
-- `reason` ("bypass", "method", …) says why. `ttl` is what is left, in seconds;
-- `stored` whether the answer will be; `fwd_status` what the origin tier said;
-- `detail` is a word more.
function _M.member(identifier, status, outcome)
  local member
  if HIT[status] then
    member = identifier .. "; hit; ttl=" .. outcome.ttl
  else
    member = identifier .. "; fwd=" .. (FORWARDED[status] or outcome.reason)
    if outcome.fwd_status then
      member = member .. "; fwd-status=" .. outcome.fwd_status
    end
    if outcome.stored then
      member = member .. "; stored"
    end
  end
  return outcome.detail and member .. "; detail=" .. outcome.detail or member
end


return _M
