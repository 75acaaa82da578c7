-- Accepts a warm list: every edge fetches its URLs into its cache.
-- KEYS (after those of accept.lua): domain document
-- ARGV (after those of accept.lua): domain, URLs (JSON list), at (ms), record key prefix, how long records are kept (s)
-- Returns {'ok', change id} or {'missing'}.
local domain, urls = ARGV[7], ARGV[8]
if call('EXISTS', KEYS[4]) == 0 then
  return { 'missing' }
end
local data = '{"urls":' .. urls .. '}'
local change = append_change('warm', domain, 'data', data)
local key = ARGV[10] .. change
call('HSET', key, 'domain', domain, 'urls', urls, 'at', ARGV[9], 'actor', ARGV[2])
call('EXPIRE', key, ARGV[11])
append_audit('warm', domain, '', data, change)
return { 'ok', change }
