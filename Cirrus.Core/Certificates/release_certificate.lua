-- Runs before delete_document.lua, in the same step: the certificate of a domain that goes is due and listed no more, and only its last revision
-- stays.
-- KEYS: KEYS[8] is the certificate; the last three are the index of certificates, the queue for certificates, and where that revision is kept
-- ARGV: as for delete_document.lua
local function release_certificate(former, queue, index)
  local text = redis.call('GET', KEYS[4])
  if text and (ARGV[8] == '' or cjson.decode(text).revision == tonumber(ARGV[8])) then
    redis.call('ZREM', index, ARGV[7])
    redis.call('ZREM', queue, ARGV[7])
    local revision = redis.call('HGET', KEYS[8], 'revision')
    if revision then
      keep_former(former, revision)
    end
  end
end


-- Taken off the list, as what is left of it is deleted.
release_certificate(table.remove(KEYS), table.remove(KEYS), table.remove(KEYS))
