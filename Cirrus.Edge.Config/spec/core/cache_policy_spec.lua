local cache_policy = require "cirrus.core.cache_policy"


local compile, decode = cache_policy.compile, cache_policy.decode


describe("a policy", function()
  it("without members leaves all to the origin", function()
    local policy = compile({})
    assert.are.equal("origin", policy.text)
    assert.is_false(policy.is_off)
    assert.is_false(policy.by_request)
    assert.is_nil(policy.query)
    assert.are.same({}, decode("origin"))
  end)

  it("with a ttl overrides the origin, unless it says otherwise", function()
    assert.is_true(compile({ ttl = 5 }).override)
    assert.is_false(compile({ ttl = 5, originHeaders = "respect" }).override)
    assert.is_false(compile({ originHeaders = "override" }).override)
  end)

  it("with a ttl of 0 never caches", function()
    assert.is_true(compile({ ttl = 0 }).is_off)
    assert.are.equal("off", compile({ ttl = 0 }).text)
    assert.is_false(compile({ ttl = 0, originHeaders = "respect" }).is_off)
  end)

  it("has the domain's members where the rule lacks them", function()
    local base = {
      ttl = 60, originHeaders = "respect", staleIfError = 9, compress = true,
    }
    local policy = compile({ ttl = 5, compress = false }, base)
    assert.are.equal(5, policy.ttl)
    assert.are.equal(9, policy.sie)
    assert.is_false(policy.override)
    assert.is_false(policy.compress)
  end)

  it("goes to the origin tier as one word", function()
    local policy = compile({
      ttl = 5, originHeaders = "respect", minTtl = 1, maxTtl = 100,
      statusTtl = { ["404"] = 10, ["5xx"] = 0 }, staleWhileRevalidate = 3,
      staleIfError = 0, slice = 65536, compress = true,
    })
    assert.is_nil(policy.text:find(" ", 1, true))
    assert.are.same({
      ttl = 5, min = 1, max = 100, status = { [404] = 10, ["5xx"] = 0 },
      swr = 3, sie = 0, slice = 65536, compress = true,
    }, decode(policy.text))
    assert.are.same({ ttl = 7, override = true, authorized = true },
      decode(compile({ ttl = 7 }).text .. ";authorized"))
  end)

  it("knows names by their beginning", function()
    local names = compile({ bypass = { cookies = { "session", "wp_*" } } })
      .bypass.cookies
    assert.is_true(cache_policy.has_name(names, "session"))
    assert.is_true(cache_policy.has_name(names, "wp_login"))
    assert.is_false(cache_policy.has_name(names, "session2"))
  end)
end)
