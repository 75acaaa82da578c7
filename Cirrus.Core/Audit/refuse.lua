-- Notes an attempt that was refused; nothing else is written.
-- ARGV (after those of accept.lua): action, key, reason
append_audit(ARGV[7], ARGV[8], '', '', '', 'refused', ARGV[9])
return {}
