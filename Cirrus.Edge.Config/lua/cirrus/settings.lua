-- What the environment says. bin/edge has checked it; the defaults are there
-- for whoever brings a main configuration of their own.
local getenv = os.getenv


local function host(name)
  -- nginx resolves names by DNS only, and "localhost" is none of its business.
  return name == "localhost" and "127.0.0.1" or name
end


local password = getenv("CIRRUS_EDGE_REDIS_PASSWORD")


return {
  VERSION = "0.1.0",
  HEALTH_HOST = "health.cirrus.invalid",
  HEALTH_PATH = "/.well-known/cirrus/health",
  node = getenv("CIRRUS_NODE_ID") or "edge",
  data = getenv("CIRRUS_EDGE_DATA") or ".",
  redis = {
    host = host(getenv("REDIS_HOST") or "127.0.0.1"),
    port = tonumber(getenv("REDIS_PORT")) or 6379,
    user = getenv("CIRRUS_EDGE_REDIS_USER") or "edge",
    password = password ~= "" and password or nil,
  },
}
