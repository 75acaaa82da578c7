local origins = require "cirrus.core.origins"


describe("the policy of origins", function()
  it("is the same for all that have none, and needs no times", function()
    local policy = origins.policy(nil)
    assert.are.equal(3, policy.attempts)
    assert.is_true(policy.keepalive)
    assert.is_false(policy.shield)
    assert.is_nil(policy.timeouts)
    assert.are.equal(2, policy.mask)
  end)

  it("has all times when it has one", function()
    local policy = origins.policy { readTimeout = 7 }
    assert.are.same({ connect = 3, send = 60, read = 7 }, policy.timeouts)
  end)

  it("tries no more often than nginx can follow", function()
    assert.are.equal(8, origins.policy { attempts = 10 }.attempts)
    assert.are.equal(1, origins.policy { attempts = 1 }.attempts)
  end)

  it("sends a request on after the statuses that were named", function()
    local masks = {
      { {}, 0 }, { { 502, 504 }, 0 }, { { 429 }, 1 }, { { 503, 503 }, 2 },
      { { 500 }, 4 }, { { 429, 500, 503, 521 }, 7 }, { { 404, 600 }, 0 },
    }
    for _, case in ipairs(masks) do
      assert.are.equal(case[2], origins.retry_mask(case[1]))
    end
  end)
end)


describe("an origin", function()
  local function compile(origin)
    origin.host, origin.port = origin.host or "origin.test", 443
    return origins.compile({ origin })[1]
  end

  it("is verified by its name, and one that is an address has none", function()
    assert.are.equal("origin.test", compile({}).tls_name)
    assert.is_nil(compile({ host = "192.0.2.1" }).tls_name)
    assert.are.equal("other.test",
      compile({ host = "192.0.2.1", serverName = "other.test" }).tls_name)
    assert.is_true(compile({}).is_verified)
    assert.is_false(compile({ verify = false }).is_verified)
  end)

  it("is a backup by its word or by a weight of zero", function()
    assert.is_false(compile({}).is_backup)
    assert.is_true(compile({ weight = 0 }).is_backup)
    assert.is_true(compile({ backup = true }).is_backup)
  end)
end)
