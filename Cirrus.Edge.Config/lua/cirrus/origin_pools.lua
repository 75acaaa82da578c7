-- Which of nginx's pools of idle connections an attempt takes its connection
-- from, and leaves it to. nginx tells idle connections apart by address only,
-- and looks at a certificate once, when it connects: so a TLS connection that
-- was verified for one name must never be found by a request for another. Each
-- pool for TLS belongs to one name at a time, in each worker.
local settings = require "cirrus.settings"
local slots = require "cirrus.core.slots"


local _M = {
  PLAIN = "origins",
  -- What keeps no connection.
  FRESH = "origins_fresh",
}


-- A second after nginx has closed the last idle connection. It is counted by a
-- timer, not read from a clock: nginx closes idle connections by timers as
-- well, on the same clock and in order, also after the worker was suspended.
local pools = slots.new(settings.tls_pools, settings.origin_idle + 2)


local names = {}
for index = 1, settings.tls_pools do
  names[index] = index .. ".tls"
end


-- Returns the name of the upstream, and what is to be given back.
function _M.take(tls_name, is_verified)
  local index = pools:take(is_verified and tls_name or "?" .. tls_name)
  if not index then
    return _M.FRESH
  end
  return names[index], index
end


function _M.give_back(index)
  pools:give_back(index)
end


function _M.start()
  assert(ngx.timer.every(1, function() pools:tick() end))
end


return _M
