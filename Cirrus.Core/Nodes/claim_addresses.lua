-- Runs before put_document.lua, in the same step: an address belongs to one node, and what was seen at other addresses says nothing of new ones.
-- KEYS: the last two are the index of addresses and the node's status
-- ARGV: as for put_document.lua, then document key prefix, status key prefix
-- Returns {'taken', address, id of the node that has it} when the write is not to be; else the other script goes on.
local status, claims = table.remove(KEYS), table.remove(KEYS)
local stored = redis.call('GET', KEYS[4])
local former = stored and cjson.decode(stored) or { revision = 0, addresses = {} }
local node = cjson.decode(ARGV[8])


-- Whether DNS has another node to name.
local function is_another_up()
  for _, other in ipairs(redis.call('ZRANGE', KEYS[6], 0, -1)) do
    if other ~= node.id and redis.call('HGET', ARGV[14] .. other, 'health') == 'up' then
      local text = redis.call('GET', ARGV[13] .. other)
      if text and cjson.decode(text).state == 'active' then
        return true
      end
    end
  end
  return false
end


if former.revision == tonumber(ARGV[9]) then
  local known, is_new = {}, false
  for _, address in ipairs(former.addresses) do
    known[address] = true
  end
  for _, address in ipairs(node.addresses) do
    local owner = redis.call('HGET', claims, address)
    if owner and owner ~= node.id then
      return { 'taken', address, owner }
    end
    is_new = is_new or not known[address]
  end

  if stored then
    redis.call('HDEL', claims, unpack(former.addresses))
  end
  for _, address in ipairs(node.addresses) do
    redis.call('HSET', claims, address, node.id)
  end
  -- The only node there is stays named: a moment of doubt is better than no answer.
  if is_new and redis.call('EXISTS', status) == 1 and (node.state ~= 'active' or is_another_up()) then
    redis.call('DEL', status)
  end
end
