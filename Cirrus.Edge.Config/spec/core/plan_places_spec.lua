local plan_places = require "cirrus.core.plan_places"


local POLICY = { text = "ttl=60" }


local function find(domain, host, more)
  more = more or {}
  return plan_places.find(domain, more.generation or "1", "http", host,
    more.method or "GET", POLICY, more.rule)
end


describe("the place of plans", function()
  it("is the same for all URIs of a host and a rule", function()
    local domain = { name = "a.test" }
    local place = find(domain, "a.test")
    assert.are.equal(place, find(domain, "a.test"))
    assert.are_not.equal(place, find(domain, "b.test"))
    assert.are_not.equal(place, find(domain, "a.test", { rule = {} }))
    assert.are_not.equal(place, find(domain, "a.test", { method = "HEAD" }))
    assert.are_not.equal(place, find({ name = "a.test" }, "a.test"))
  end)

  it("has what plans have in common, and shares it", function()
    local place = find({ name = "*.a.test" }, "b.a.test")
    local plan = setmetatable({ uri = "/" }, place)
    assert.are.equal("http b.a.test ", plan.prefix)
    assert.are.equal("ttl=60 *.a.test", plan.request)
    assert.are.equal("off *.a.test", plan.uncached)
    assert.are.equal(POLICY, plan.policy)
  end)

  it("is another one with a new generation", function()
    local domain = { name = "a.test" }
    local before = find(domain, "a.test")
    local after = find(domain, "a.test", { generation = "2" })
    assert.are.equal("1", before.generation)
    assert.are.equal("2", after.generation)
    assert.are.equal(after, find(domain, "a.test", { generation = "2" }))
  end)

  it("is kept for no more hosts than a wildcard may have", function()
    local domain = { name = "*.a.test" }
    for i = 1, 150 do
      find(domain, i .. ".a.test")
    end
    assert.are.equal(find(domain, "1.a.test"), find(domain, "1.a.test"))
    assert.are_not.equal(find(domain, "150.a.test"),
      find(domain, "150.a.test"))
  end)
end)
