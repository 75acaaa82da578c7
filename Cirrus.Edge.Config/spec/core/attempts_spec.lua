local attempts = require "cirrus.core.attempts"


local PLAIN = { is_verified = true }
local SECURE = { is_verified = true, is_secure = true }
local UNVERIFIED = { is_verified = false, is_secure = true }


local function domain(count, most, mask)
  local origins = {}
  for i = 1, count do
    origins[i] = PLAIN
  end
  return {
    origins = origins, origin_policy = { attempts = most, mask = mask or 2 },
  }
end


describe("the attempts of a request", function()
  it("are noted in their order", function()
    local text = attempts.note(attempts.note(attempts.note("", 3), 12), 1)
    local tried, count = attempts.read(text)
    assert.are.same({ [1] = true, [3] = true, [12] = true }, tried)
    assert.are.equal(3, count)
    assert.are.equal(1, attempts.last(text))
  end)

  it("are none at first", function()
    assert.are.same({ {}, 0 }, { attempts.read("") })
    assert.is_nil(attempts.last(""))
  end)
end)


describe("an attempt", function()
  it("is followed by another one while there is one", function()
    local two = domain(3, 2)
    assert.are.equal("@attempt_2", attempts.location(two, PLAIN, 0, true))
    assert.are.equal("@final", attempts.location(two, PLAIN, 1, true))
    assert.are.equal("@final", attempts.location(two, PLAIN, 5, true))
  end)

  it("is the last one when there is no other origin", function()
    assert.are.equal("@final",
      attempts.location(domain(1, 3), PLAIN, 0, true))
  end)

  it("is the only one of a request that may not be sent twice", function()
    assert.are.equal("@final",
      attempts.location(domain(3, 3), PLAIN, 0, false))
  end)

  it("goes by the statuses that send a request on", function()
    assert.are.equal("@attempt_7",
      attempts.location(domain(2, 2, 7), SECURE, 0, true))
  end)

  it("checks no certificate where the origin says so", function()
    assert.are.equal("@attempt_unverified_2",
      attempts.location(domain(2, 2), UNVERIFIED, 0, true))
    assert.are.equal("@final_unverified", attempts.final(UNVERIFIED))
    assert.are.equal("@final", attempts.final(SECURE))
    -- There is none.
    assert.are.equal("@final", attempts.final({ is_verified = false }))
  end)
end)
