local cache_status = require "cirrus.core.cache_status"


describe("Cache-Status", function()
  local cases = {
    { "HIT", { ttl = 5 }, "n; hit; ttl=5" },
    { "UPDATING", { ttl = -3 }, "n; hit; ttl=-3" },
    { "MISS", { stored = true }, "n; fwd=uri-miss; stored" },
    { "MISS", {}, "n; fwd=uri-miss" },
    { "EXPIRED", { stored = true }, "n; fwd=stale; stored" },
    { "REVALIDATED", { stored = true, fwd_status = 304 },
      "n; fwd=stale; fwd-status=304; stored" },
    { "STALE", { fwd_status = 502 }, "n; fwd=stale; fwd-status=502" },
    { "STALE", { fwd_status = 502, detail = "stale-is-forbidden" },
      "n; fwd=stale; fwd-status=502; detail=stale-is-forbidden" },
    { nil, { reason = "bypass" }, "n; fwd=bypass" },
    { nil, { reason = "method" }, "n; fwd=method" },
  }
  for _, case in ipairs(cases) do
    it("says " .. case[3], function()
      assert.are.equal(case[3], cache_status.member("n", case[1], case[2]))
    end)
  end

  it("names the node by a token, else by a string", function()
    assert.are.equal("edge-1", cache_status.identifier("edge-1"))
    assert.are.equal('"1-edge"', cache_status.identifier("1-edge"))
  end)
end)
