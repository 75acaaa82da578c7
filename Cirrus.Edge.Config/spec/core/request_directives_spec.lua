local directives = require "cirrus.core.request_directives"


local NOW = 1000


-- The object was made 100 s ago and is fresh for 50 s more.
local function obstacle(text, born, ends)
  return directives.obstacle(directives.parse(text), NOW, born, ends)
end


describe("a request", function()
  it("asks nothing of the cache with other words", function()
    assert.is_nil(directives.parse(nil, nil))
    assert.is_nil(directives.parse("foo, max-stale=5", "no-cache"))
    assert.is_nil(directives.parse(nil, "foo"))
  end)

  it("may say so by Pragma when it has no Cache-Control", function()
    assert.are.equal("no-cache",
      directives.obstacle(directives.parse(nil, "No-Cache"), NOW))
  end)

  local cases = {
    { "no-cache", "no-cache" }, { "no-store", "no-store" },
    { "no-store, only-if-cached", "no-store" },
    { "max-age=0", "max-age" }, { "max-age=99", "max-age" },
    { "max-age=100" }, { "min-fresh=50" }, { "min-fresh=51", "min-fresh" },
    { "only-if-cached" }, { "only-if-cached, max-age=5", "unavailable" },
  }
  for _, case in ipairs(cases) do
    it(("with %s finds %s"):format(case[1], tostring(case[2])), function()
      assert.are.equal(case[2], obstacle(case[1], NOW - 100, NOW + 50))
    end)
  end

  it("wants what is cached or nothing", function()
    assert.are.equal("unavailable", obstacle("only-if-cached", nil, nil))
    assert.are.equal("unavailable",
      obstacle("only-if-cached", NOW - 100, NOW - 1))
    assert.is_nil(obstacle("max-age=5", nil, nil))
  end)

  it("needs a look at the object for some of it only", function()
    local function needs(text)
      return directives.needs_object(directives.parse(text))
    end
    assert.is_false(needs("no-cache"))
    assert.is_false(needs("no-store, max-age=1"))
    assert.is_true(needs("max-age=1"))
    assert.is_true(needs("no-cache, only-if-cached"))
  end)
end)
