-- Runs before delete_document.lua, in the same step: the certificate of a domain that goes is due and listed no more.
-- KEYS: the last two are the index of certificates and the queue for certificates
-- ARGV: as for delete_document.lua
local function release_certificate(queue, index)
  local text = redis.call('GET', KEYS[4])
  if text and (ARGV[8] == '' or cjson.decode(text).revision == tonumber(ARGV[8])) then
    redis.call('ZREM', index, ARGV[7])
    redis.call('ZREM', queue, ARGV[7])
  end
end


-- Taken off the list, as what is left of it is deleted.
release_certificate(table.remove(KEYS), table.remove(KEYS))
