-- Runs before delete_document.lua, in the same step: other nodes may have the addresses of one that goes.
-- KEYS: the last one is the index of addresses
-- ARGV: as for delete_document.lua
local function release_addresses(claims)
  local text = redis.call('GET', KEYS[4])
  local node = text and cjson.decode(text)
  if node and (ARGV[8] == '' or node.revision == tonumber(ARGV[8])) then
    redis.call('HDEL', claims, unpack(node.addresses))
  end
end


-- Taken off the list, as what is left of it is deleted.
release_addresses(table.remove(KEYS))
