-- What wrk asks of the control API. After `--`: what, and how many domains there are.
-- Prints "requests/s | p50 ms | p95 ms | p99 ms | failed".
local what, count
local threads = 0
local made = 0


function setup(thread)
  thread:set("seed", threads)
  threads = threads + 1
end


function init(args)
  what, count = args[1], tonumber(args[2])
  math.randomseed(seed + 1)
  wrk.headers["Content-Type"] = "application/json"
end


local function domain()
  return ("d%06d.bench.test"):format(math.random(0, count - 1))
end


local ASK = {
  empty = function()
    return wrk.format("GET", "/" .. domain())
  end,
  get = function()
    return wrk.format("GET", "/api/v1/domains/" .. domain())
  end,
  list = function()
    return wrk.format("GET", "/api/v1/domains?limit=100&after=" .. domain())
  end,
  put = function()
    made = made + 1
    return wrk.format("PUT", "/api/v1/domains/" .. domain(), nil,
      '{"origins":[{"scheme":"http","host":"origin.example.com","port":' .. made % 60000 + 1 ..
      '}],"rules":[{"path":"/assets/","ttl":600}]}')
  end,
  purge = function()
    made = made + 1
    return wrk.format("POST", "/api/v1/purge", nil,
      '{"domain":"' .. domain() .. '","urls":["/a' .. made .. '"]}')
  end,
}


function request()
  return ASK[what]()
end


function done(summary, latency)
  local errors = summary.errors
  io.write(("RESULT %.0f | %.2f | %.2f | %.2f | %d\n"):format(
    summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
