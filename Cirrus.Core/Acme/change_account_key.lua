-- Asks the workers for a new key of the account at an authority.
-- KEYS (after those of accept.lua): what is asked of authorities, authorities
-- ARGV (after those of accept.lua): authority, bell
-- Returns {'ok'}, or {'missing'}: there is no such authority.
local asked, authorities, authority = KEYS[4], KEYS[5], ARGV[7]

if call('HEXISTS', authorities, authority) == 0 then
  return { 'missing' }
end
call('HSET', asked, authority, ARGV[2])
call('PUBLISH', ARGV[8], '')
append_audit('acme-key-change', authority, '', '', '')
return { 'ok' }
