local health = require "cirrus.core.health"


-- "+" a good probe, "-" a bad one; what the state is after each.
local function states(policy, probes)
  local state, seen = health.new(), {}
  for probe in probes:gmatch(".") do
    health.note(state, policy, probe == "+")
    seen[#seen + 1] = state.is_up and "u" or "d"
  end
  return table.concat(seen)
end


describe("an origin's health", function()
  local policy = health.compile { unhealthyAfter = 3, healthyAfter = 2 }

  it("turns after as many probes in a row as the policy says", function()
    assert.are.equal("uuddd", states(policy, "---+-"))
    assert.are.equal("uudduu", states(policy, "---++-"))
  end)

  it("does not turn when others come between", function()
    assert.are.equal("uuuuuuu", states(policy, "--+--+-"))
    assert.are.equal("uuddddd", states(policy, "---+-+-"))
  end)

  it("tells that it turned, once", function()
    local state = health.new()
    assert.is_false(health.note(state, policy, false))
    assert.is_false(health.note(state, policy, false))
    assert.is_true(health.note(state, policy, false))
    assert.is_false(health.note(state, policy, false))
  end)

  it("goes by statuses and classes of them", function()
    assert.is_true(health.is_good(policy, 204))
    assert.is_true(health.is_good(policy, 301))
    assert.is_false(health.is_good(policy, 404))
    local exact = health.compile { statuses = { 401, "2XX" } }
    assert.is_true(health.is_good(exact, 401))
    assert.is_true(health.is_good(exact, 200))
    assert.is_false(health.is_good(exact, 302))
  end)

  it("is looked at every interval, more or less", function()
    assert.are.equal(104.5, health.next_due(policy, 100, 0))
    assert.are.equal(105.5, health.next_due(policy, 100, 1))
  end)

  it("is nobody's concern without a policy", function()
    assert.is_nil(health.compile(nil))
  end)
end)
