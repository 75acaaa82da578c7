-- Every Redis key of the contract that an edge reads.
local _M = {
  EVENTS = "cdn:events",
  DOMAINS = "cdn:domains",
  NODES = "cdn:nodes",
  PEER_SECRET = "cdn:peersecret",
}


function _M.domain(name)
  return "cdn:dom:" .. name
end


function _M.node(id)
  return "cdn:node:" .. id
end


function _M.node_status(id)
  return "cdn:nodestatus:" .. id
end


function _M.epochs(name)
  return "cdn:epochs:" .. name
end


function _M.certificate(name)
  return "cdn:cert:" .. name
end


return _M
