-- Runs before delete_document.lua, in the same step: a certificate goes with its domain, and only its last revision stays.
-- KEYS: the last two are the certificate, which goes on the other script's list, and where its last revision is kept
-- ARGV: as for delete_document.lua
local function retire_certificate(former)
  local text = redis.call('GET', KEYS[4])
  local is_to_go = text and (ARGV[8] == '' or cjson.decode(text).revision == tonumber(ARGV[8]))
  local revision = redis.call('HGET', KEYS[#KEYS], 'revision')
  if is_to_go and revision then
    keep_former(former, revision)
  end
end


retire_certificate(table.remove(KEYS))
