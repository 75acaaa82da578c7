-- Writes down an attempt that was refused.
-- KEYS: those of accept.lua
-- ARGV (after those of accept.lua): action, name, reason
-- Returns {'ok'}.
append_audit(ARGV[7], ARGV[8], '', '', '', 'refused', ARGV[9])
return { 'ok' }
