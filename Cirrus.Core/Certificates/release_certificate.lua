-- Runs before delete_document.lua, in the same step: the certificate of a domain that goes is due and listed no more, and only its last revision
-- stays.
-- KEYS: KEYS[8] is the certificate; the last three are the index of certificates, the queue for certificates, and where that revision is kept
-- ARGV: as for delete_document.lua
local function release_certificate(former, queue, index)
  local document = call('GET', KEYS[4])
  if document and (ARGV[8] == '' or select(2, tail_of(document)) == ARGV[8]) then
    call('ZREM', index, ARGV[7])
    call('ZREM', queue, ARGV[7])
    local revision = call('HGET', KEYS[8], 'revision')
    if revision then
      keep_former(former, revision)
    end
  end
end


-- Taken off the list, as what is left of it is deleted.
release_certificate(table.remove(KEYS), table.remove(KEYS), table.remove(KEYS))
