local rewrites = require "cirrus.core.rewrites"


local function match(path, expression)
  local captures = { path:match(expression) }
  return #captures > 0 and captures or nil
end


local function rewrite(list, uri)
  local problems = {}
  local rules = rewrites.compile(list, function() return true end, problems)
  return rules and rewrites.apply(rules, uri, match), problems
end


describe("a rewrite", function()
  it("changes what the origin is asked for", function()
    local list = {
      { path = "/old/", to = "/new/" }, { path = "^/u/(%d+)$", to = "/?u=$1" },
    }
    assert.are.equal("/new/a?b=1", (rewrite(list, "/old/a?b=1")))
    assert.are.equal("/?u=7", (rewrite(list, "/u/7?b=1")))
    assert.are.equal("/other?b=1", (rewrite(list, "/other?b=1")))
  end)

  it("is done once, however often it would match", function()
    assert.are.equal("/a/a/x", (rewrite({ { path = "/a/", to = "/a/a/" } },
      "/a/x")))
    assert.are.equal("/b", (rewrite({
      { path = "/a", to = "/b" }, { path = "/b", to = "/a" },
    }, "/a")))
  end)

  it("can't climb out of where it leads", function()
    assert.are.equal("/x", (rewrite({ { path = "^/(.*)$", to = "/d/.$1/x" } },
      "/.")))
    assert.are.equal("/d/x", (rewrite({ { path = "^/(.*)$", to = "/$1" } },
      "//d/x")))
  end)

  it("leads to a path, or is left out", function()
    local rules, problems =
      rewrite({ { path = "/a", to = "https://b.test/" } }, "/a")
    assert.is_nil(rules)
    assert.are.same({ "rewrite of /a is left out: not a path" }, problems)
  end)
end)
