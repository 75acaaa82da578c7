-- What the environment says. bin/edge has checked it; the defaults are there
-- for whoever brings a main configuration of their own.
local getenv = os.getenv


local function host(name)
  -- nginx resolves names by DNS only, and "localhost" is none of its business.
  return name == "localhost" and "127.0.0.1" or name
end


-- "192.0.2.1", "[2001:db8::1]" or "ns.test", each with ":port" or without.
local function name_servers(text)
  local servers = {}
  for server in text:gmatch("%S+") do
    local name, port = server:match("^(%[.*%]):?(%d*)$")
    if not name then
      name, port = server:match("^([^:]+):?(%d*)$")
    end
    servers[#servers + 1] = { host = name, port = tonumber(port) or 53 }
  end
  return servers
end


local UNITS = { [""] = 1, k = 1024, m = 1048576, g = 1073741824 }


-- Octets of "64m".
local function octets(text)
  local number, unit = text:lower():match("^(%d+)([kmg]?)$")
  return tonumber(number) * UNITS[unit]
end


-- Where clients reach us by HTTPS, which may not be where we listen.
local https_port = getenv("CIRRUS_EDGE_PUBLIC_HTTPS_PORT") or "8443"
local country_database = getenv("CIRRUS_EDGE_COUNTRY_DATABASE")
local password = getenv("CIRRUS_EDGE_REDIS_PASSWORD")


return {
  VERSION = "0.1.0",
  HEALTH_HOST = "health.cirrus.invalid",
  HEALTH_PATH = "/.well-known/cirrus/health",
  node = getenv("CIRRUS_NODE_ID") or "edge",
  data = getenv("CIRRUS_EDGE_DATA") or ".",
  resolvers = name_servers(getenv("CIRRUS_EDGE_RESOLVER") or "127.0.0.1"),
  -- Where all nodes of the CDN listen for clients, and so for each other.
  peer_port = tonumber(getenv("CIRRUS_EDGE_PEER_PORT")) or 8080,
  peer_https_port = tonumber(getenv("CIRRUS_EDGE_PEER_HTTPS_PORT")) or 8443,
  -- As bin/edge has put them into conf/pools.conf.
  tls_pools = tonumber(getenv("CIRRUS_EDGE_TLS_POOLS")) or 0,
  origin_idle = tonumber(getenv("CIRRUS_EDGE_ORIGIN_IDLE")) or 60,
  origin_allow = getenv("CIRRUS_EDGE_ORIGIN_ALLOW") or "",
  country_database = country_database ~= "" and country_database or nil,
  https_port = https_port,
  memory_size = octets(getenv("CIRRUS_EDGE_MEMORY_SIZE") or "64m"),
  -- For Alt-Svc (RFC 7838), nil without HTTP/3.
  alt_svc = getenv("CIRRUS_EDGE_HTTP3") == "on" and
    ('h3=":%s"; ma=86400'):format(https_port) or nil,
  sealing_keys = getenv("CIRRUS_KEY_ENCRYPTION_KEYS") or "",
  redis = {
    host = host(getenv("REDIS_HOST") or "127.0.0.1"),
    port = tonumber(getenv("REDIS_PORT")) or 6379,
    user = getenv("CIRRUS_EDGE_REDIS_USER") or "edge",
    password = password ~= "" and password or nil,
  },
}
