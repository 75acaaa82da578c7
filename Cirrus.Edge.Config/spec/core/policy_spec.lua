local policy = require "cirrus.core.policy"


local NOW = 1000000


local function ttl(response, rule_ttl)
  response.status = response.status or 200
  response.now = NOW
  return policy.ttl(response, rule_ttl)
end


describe("the origin decides", function()
  local cases = {
    -- Cache-Control, seconds stored, seconds of use while refreshing
    { "max-age=60", 60, 30 },
    { "Max-Age = 60", 60, 30 },
    { "public, max-age=60", 60, 30 },
    { "max-age=60, s-maxage=5", 5, 0 },
    { "max-age=60, must-revalidate", 60, 0 },
    { "max-age=60, proxy-revalidate", 60, 0 },
    { "max-age=60, max-age=5", 5, 30 },
    { "max-age=\"60\"", 60, 30 },
    { "max-age=0", 0, 0 },
    { "max-age=-1", 0, 0 },
    { "max-age=x", 0, 0 },
    { "max-age=1.5", 0, 0 },
    { "no-store, max-age=60", 0, 0 },
    { "private, max-age=60", 0, 0 },
    { "private=\"set-cookie, x\", max-age=60", 0, 0 },
    { "no-cache", 0, 0 },
    { "no-cache=\"x\", max-age=60", 0, 0 },
    { "max-age=99999999999", 31536000, 30 },
    { "", 0, 0 },
    { nil, 0, 0 },
  }
  for _, case in ipairs(cases) do
    it(("on %s seconds for %q"):format(case[2], tostring(case[1])), function()
      local seconds, grace = ttl({ cache_control = case[1] })
      assert.are.equal(case[2], seconds)
      assert.are.equal(case[3], grace)
    end)
  end

  it("by Expires when there is no age", function()
    assert.are.equal(50, (ttl({ expires = NOW + 50 })))
    assert.are.equal(40, (ttl({ expires = NOW + 50, date = NOW + 10 })))
    assert.are.equal(0, (ttl({ expires = 0 })))
    assert.are.equal(5,
      (ttl({ expires = NOW + 50, cache_control = "max-age=5" })))
  end)

  it("less the age the response has already", function()
    assert.are.equal(20, (ttl({ cache_control = "max-age=60", age = "40" })))
    assert.are.equal(0, (ttl({ cache_control = "max-age=60", age = "60" })))
    assert.are.equal(60, (ttl({ cache_control = "max-age=60", age = "x" })))
  end)

  it("with the field for CDNs first", function()
    local response =
      { cache_control = "no-store", cdn_cache_control = "max-age=7" }
    assert.are.equal(7, (ttl(response)))
  end)

  it("only on statuses that may be stored", function()
    for _, status in ipairs({ 201, 206, 401, 403, 500, 502, 503 }) do
      local response = { status = status, cache_control = "max-age=60" }
      assert.are.equal(0, (ttl(response)), status)
    end
    assert.are.equal(60,
      (ttl({ status = 404, cache_control = "max-age=60" })))
  end)
end)


describe("a rule decides", function()
  it("whatever the origin says", function()
    assert.are.equal(600, (ttl({ cache_control = "no-store" }, 600)))
    assert.are.equal(600, (ttl({ expires = 0 }, 600)))
  end)

  it("but keeps an absence for a short time", function()
    assert.are.equal(10, (ttl({ status = 404 }, 600)))
    assert.are.equal(5, (ttl({ status = 404 }, 5)))
  end)

  it("and never stores an error or a part", function()
    for _, status in ipairs({ 206, 302, 403, 500, 503 }) do
      assert.are.equal(0, (ttl({ status = status }, 600)), status)
    end
  end)
end)


describe("never stored", function()
  it("is a response that sets a cookie", function()
    assert.are.equal(0, (ttl({ has_cookie = true }, 600)))
  end)

  it("is a response that varies by anything", function()
    assert.are.equal(0, (ttl({ vary = "Accept, *" }, 600)))
    assert.are.equal(600, (ttl({ vary = "Accept" }, 600)))
  end)
end)
