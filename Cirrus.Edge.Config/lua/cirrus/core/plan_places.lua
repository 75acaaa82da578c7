-- What plans have in common that are of one host and one rule: they have its
-- fields as their own. Places belong to the domain's compiled document.
local _M = {}


-- A wildcard has as many hosts as strangers like.
local MAX_PLACES = 100


function _M.find(domain, generation, scheme, host, method, policy, rule)
  local places = domain.places
  if not places or places.generation ~= generation then
    places = { generation = generation, count = 0 }
    domain.places = places
  end
  local of = rule or policy
  local by_host = places[of]
  if not by_host then
    by_host = {}
    places[of] = by_host
  end
  local name = method .. scheme .. host
  local place = by_host[name]
  if place then
    return place
  end
  place = {
    domain = domain,
    generation = generation,
    host = host,
    method = method,
    policy = policy,
    rule = rule,
    prefix = scheme .. " " .. host .. " ",
    uncached = "off " .. domain.name,
    request = policy.text .. " " .. domain.name,
  }
  place.__index = place
  if places.count < MAX_PLACES then
    by_host[name], places.count = place, places.count + 1
  end
  return place
end


return _M
