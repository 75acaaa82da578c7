local policy = require "cirrus.core.policy"


local NOW = 1000000


local function decide(response, wanted)
  response.status = response.status or 200
  response.now = NOW
  return policy.decide(response, wanted or {})
end


local function ttl(response, wanted)
  return (decide(response, wanted))
end


local function rule(seconds)
  return { ttl = seconds, override = true }
end


describe("the origin decides", function()
  local cases = {
    -- Cache-Control, seconds stored, seconds of use while being refreshed,
    -- seconds of use when no origin answers
    { "max-age=60", 60, 30, math.huge },
    { "Max-Age = 60", 60, 30, math.huge },
    { "public, max-age=60", 60, 30, math.huge },
    { "max-age=60, s-maxage=5", 5, 0, 0 },
    { "s-maxage=5, stale-if-error=9", 5, 0, 9 },
    { "max-age=60, stale-if-error=9", 60, 30, 9 },
    { "max-age=60, must-revalidate", 60, 0, 0 },
    { "max-age=60, must-revalidate, stale-if-error=9", 60, 0, 0 },
    { "max-age=60, proxy-revalidate", 60, 0, 0 },
    { "max-age=60, max-age=5", 5, 30, math.huge },
    { "max-age=\"60\"", 60, 30, math.huge },
    { "max-age=99999999999", 31536000, 30, math.huge },
    { "no-store, must-understand, max-age=60", 60, 30, math.huge },
    { "max-age=0", 0 }, { "max-age=-1", 0 }, { "max-age=x", 0 },
    { "max-age=1.5", 0 }, { "no-store, max-age=60", 0 },
    { "private, max-age=60", 0 },
    { "private=\"set-cookie, x\", max-age=60", 0 },
    { "no-cache", 0 }, { "no-cache=\"x\", max-age=60", 0 }, { "", 0 },
    { nil, 0 },
  }
  for _, case in ipairs(cases) do
    it(("on %s seconds for %q"):format(case[2], tostring(case[1])), function()
      local seconds, stale = decide({ cache_control = case[1] })
      assert.are.equal(case[2], seconds)
      if seconds > 0 then
        assert.are.equal(case[3], stale.grace)
        assert.are.equal(case[4], stale.sie)
        assert.are.equal(0, stale.swr)
      end
    end)
  end

  it("on background refreshes", function()
    local _, stale =
      decide({ cache_control = "s-maxage=60, stale-while-revalidate=7" })
    assert.are.equal(7, stale.swr)
  end)

  it("by Expires when there is no age", function()
    assert.are.equal(50, ttl({ expires = NOW + 50 }))
    assert.are.equal(40, ttl({ expires = NOW + 50, date = NOW + 10 }))
    assert.are.equal(0, ttl({ expires = 0 }))
    assert.are.equal(5,
      ttl({ expires = NOW + 50, cache_control = "max-age=5" }))
  end)

  it("by the time it has been unchanged for when nothing is said", function()
    assert.are.equal(100, ttl({ last_modified = NOW - 1000 }))
    assert.are.equal(3600, ttl({ last_modified = NOW - 900000 }))
    assert.are.equal(0, ttl({ last_modified = NOW + 1000 }))
    assert.are.equal(0, ttl({ last_modified = NOW - 1000, status = 302 }))
    assert.are.equal(100, ttl({ last_modified = NOW - 1000, status = 302,
      cache_control = "public" }))
  end)

  it("less the age the response has already, by its first value", function()
    local function with(age)
      return ttl({ cache_control = "max-age=60", age = age })
    end
    assert.are.equal(20, with("40"))
    assert.are.equal(0, with("60"))
    assert.are.equal(20, with("40, 0"))
    assert.are.equal(60, with("0, 40"))
    assert.are.equal(60, with("x"))
    assert.are.equal(60, with("-40"))
    assert.are.equal(60, with("40.0"))
  end)

  it("with the fields for CDNs first, when they are well-formed", function()
    local function with(field)
      return ttl({ cache_control = "no-store", cdn_cache_control = field })
    end
    assert.are.equal(7, with("max-age=7"))
    assert.are.equal(7, with("foo;a=1, max-age=7, bar=\"x, y\""))
    assert.are.equal(0, with("max-age=\"7\""))
    assert.are.equal(0, with("max-age=7, &"))
    assert.are.equal(0, with("max-age=7.5"))
    assert.are.equal(0, with("max-age=7,"))
    assert.are.equal(8, ttl({ cache_control = "no-store",
      surrogate_control = 'content="ESI/1.0", max-age=8' }))
    assert.are.equal(0, ttl({ cdn_cache_control = "public",
      expires = NOW + 50 }))
  end)

  it("on any final status but a part, on failures for a short time", function()
    local function of(status, extra)
      return ttl({ status = status,
        cache_control = "max-age=60" .. (extra or "") })
    end
    assert.are.equal(60, of(404))
    assert.are.equal(60, of(299))
    assert.are.equal(10, of(503))
    assert.are.equal(0, of(206))
    assert.are.equal(0, of(103))
    assert.are.equal(0, of(599, ", no-store, must-understand"))
  end)

  it("what answers to credentials may be used for", function()
    local function to_credentials(text, wanted)
      return ttl({ cache_control = text, is_authorized = true }, wanted)
    end
    assert.are.equal(0, to_credentials("max-age=60"))
    assert.are.equal(60, to_credentials("max-age=60, public"))
    assert.are.equal(60, to_credentials("max-age=60, must-revalidate"))
    assert.are.equal(5, to_credentials("s-maxage=5"))
    assert.are.equal(0, to_credentials("max-age=60", rule(600)))
    assert.are.equal(0,
      to_credentials("max-age=60", { status = { [200] = 5 } }))
  end)
end)


describe("an operator who respects the origin", function()
  it("bounds what it says", function()
    local bounds = { min = 10, max = 100 }
    assert.are.equal(10, ttl({ cache_control = "max-age=1" }, bounds))
    assert.are.equal(60, ttl({ cache_control = "max-age=60" }, bounds))
    assert.are.equal(100, ttl({ cache_control = "max-age=600" }, bounds))
    assert.are.equal(0, ttl({ cache_control = "no-store" }, bounds))
  end)

  it("fills in where it says nothing", function()
    assert.are.equal(70, ttl({}, { ttl = 70 }))
    assert.are.equal(10, ttl({ status = 404 }, { ttl = 70 }))
    assert.are.equal(5, ttl({ cache_control = "max-age=5" }, { ttl = 70 }))
    assert.are.equal(0, ttl({ cache_control = "private" }, { ttl = 70 }))
  end)

  it("says what stale objects are for, unless the origin forbids", function()
    local wanted = { swr = 3, sie = 4 }
    local _, stale = decide({ cache_control = "max-age=60" }, wanted)
    assert.are.same({ swr = 3, sie = 4, grace = 30 }, stale)
    _, stale = decide({ cache_control = "max-age=60, must-revalidate" }, wanted)
    assert.are.same({ swr = 0, sie = 0, grace = 0 }, stale)
  end)
end)


describe("a rule decides", function()
  it("whatever the origin says", function()
    assert.are.equal(600, ttl({ cache_control = "no-store" }, rule(600)))
    assert.are.equal(600, ttl({ expires = 0 }, rule(600)))
  end)

  it("but keeps an absence for a short time", function()
    assert.are.equal(10, ttl({ status = 404 }, rule(600)))
    assert.are.equal(5, ttl({ status = 404 }, rule(5)))
  end)

  it("and never stores an error or a part", function()
    for _, status in ipairs({ 206, 302, 403, 500, 503 }) do
      assert.are.equal(0, ttl({ status = status }, rule(600)), status)
    end
    assert.are.equal(600, ttl({ status = 206, is_slice = true }, rule(600)))
  end)

  it("by status, the exact one before its class", function()
    local wanted = rule(600)
    wanted.status = { [404] = 60, ["4xx"] = 5, ["5xx"] = 0, [200] = 0 }
    assert.are.equal(60, ttl({ status = 404 }, wanted))
    assert.are.equal(5, ttl({ status = 403 }, wanted))
    assert.are.equal(0, ttl({ status = 503 }, wanted))
    assert.are.equal(0, ttl({ status = 200 }, wanted))
    assert.are.equal(600, ttl({ status = 301 }, wanted))
  end)
end)


describe("never stored", function()
  it("is a response that sets a cookie", function()
    assert.are.equal(0, ttl({ has_cookie = true }, rule(600)))
  end)

  it("is a response that varies by anything, or by too much", function()
    assert.are.equal(0, ttl({ vary = "Accept, *" }, rule(600)))
    assert.are.equal(0, ttl({ vary = ("x"):rep(129) }, rule(600)))
    assert.are.equal(600, ttl({ vary = "Accept" }, rule(600)))
  end)
end)
