local cache_policy = require "cirrus.core.cache_policy"
local query = require "cirrus.core.query"


local function reduce(uri, wanted)
  return query.reduce(uri, cache_policy.compile({ query = wanted }).query)
end


describe("a query", function()
  local cases = {
    { { mode = "none" }, "/a?b=1&c", "/a" },
    { { mode = "none" }, "/a", "/a" },
    { { mode = "all", sort = true }, "/a?c=2&b=1&c=1", "/a?b=1&c=2&c=1" },
    { { mode = "allow", names = { "b" } }, "/a?c=2&b=1&c=1", "/a?b=1" },
    { { mode = "allow", names = { "x" } }, "/a?c=2", "/a" },
    { { mode = "deny", names = { "utm_*" } }, "/a?utm_s=1&c&b=&b",
      "/a?b=&b&c" },
    { { mode = "deny", names = { "x" }, sort = false }, "/a?c&x=1&b",
      "/a?c&b" },
    { { mode = "deny", names = {} }, "/a?&b&&a&", "/a?a&b" },
  }
  for _, case in ipairs(cases) do
    it(("of %s is reduced by %s"):format(case[2], case[1].mode), function()
      assert.are.equal(case[3], reduce(case[2], case[1]))
    end)
  end

  it("is left alone when nothing is said, or nothing but all", function()
    assert.is_nil(cache_policy.compile({}).query)
    assert.is_nil(cache_policy.compile({ query = { mode = "all" } }).query)
  end)
end)
