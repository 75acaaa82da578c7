local redirects = require "cirrus.core.redirects"


local function match(path, expression)
  local captures = { path:match(expression) }
  return #captures > 0 and captures or nil
end


local function find(list, uri)
  local problems = {}
  local rules = redirects.compile(list, function(expression)
    return expression ~= "("
  end, problems)
  if not rules then
    return nil, nil, problems
  end
  local location, status =
    redirects.find(rules, uri, "https://a.test", match)
  return location, status, problems
end


local function to(path, target, uri)
  return (find({ { path = path, to = target } }, uri))
end


describe("a redirect", function()
  it("appends what follows a prefix, and keeps the query", function()
    assert.are.equal("/new/a?b=1", to("/old/", "/new/", "/old/a?b=1"))
    assert.are.equal("https://b.test/x/a", to("/old/", "https://b.test/x/",
      "/old/a"))
    assert.is_nil(to("/old/", "/new/", "/other"))
  end)

  it("fills in what was captured", function()
    assert.are.equal("/p/7-x", to("^/(%a)/(%d)$", "/p/$2-$1", "/x/7"))
    assert.are.equal("/p/", to("^/(%a)$", "/p/$2", "/x"))
    assert.are.equal("/p/x#x", to("^/(%a)$", "/p/$1#$1", "/x"))
  end)

  it("leaves out the query when the target has its own", function()
    assert.are.equal("/new?c=2", to("^/old", "/new?c=2", "/old?b=1"))
    assert.are.equal("/new", to("^/old", "/new?", "/old?b=1"))
    assert.are.equal("/new/a?c=2", to("/old/", "/new/?c=2", "/old/a?b=1"))
    assert.are.equal("/new?b=1#top", to("^/old", "/new#top", "/old?b=1"))
  end)

  it("has the status that was asked for, 302 without one", function()
    local _, status = find({ { path = "/a", to = "/b", status = 308 } }, "/a")
    assert.are.equal(308, status)
    _, status = find({ { path = "/a", to = "/b", status = 200 } }, "/a")
    assert.are.equal(302, status)
  end)

  it("is the first that matches", function()
    local location = find({
      { path = "/x", to = "/1" }, { path = "/a", to = "/2" },
      { path = "/a", to = "/3" },
    }, "/a")
    assert.are.equal("/2", location)
  end)

  it("never leads to where it comes from", function()
    assert.is_nil(to("/a", "/a", "/a?b=1"))
    assert.is_nil(to("/", "https://a.test/", "/b"))
  end)

  it("never leads to a host that the client chose", function()
    assert.are.equal("/evil.test", to("^/go/(.*)$", "/$1", "/go//evil.test"))
    assert.are.equal("https://b.test/.evil.test",
      to("/old", "https://b.test", "/old.evil.test"))
    assert.are.equal("https://b.test/@evil.test",
      to("^/old(.*)$", "https://b.test$1", "/old@evil.test"))
    assert.are.equal("https://b.test/x",
      to("^(/.*)$", "https://b.test$1", "/x"))
    assert.are.equal("https://b.test:8443/1/x",
      to("^/(%d)(.*)$", "https://b.test:8443$1$2", "/1/x"))
    assert.are.equal("https://shop.b.test/",
      to("^/(.*)$", "https://$1.b.test/", "/shop"))
    for _, uri in ipairs({ "/evil.test/", "/evil.test:1", "/a@evil", "/" }) do
      assert.is_nil(to("^/(.*)$", "https://$1.b.test/", uri))
    end
  end)

  it("never gets another parameter from what was captured", function()
    assert.are.equal("/search?q=x%26admin%3D1",
      to("^/s/(.*)$", "/search?q=$1", "/s/x&admin=1"))
  end)

  it("is left out when it can't be used", function()
    local _, _, problems = find({
      { path = "(", to = "/b" }, { path = "/a", to = "//evil.test" },
      { path = "/a", to = "javascript:x" }, { path = "/a" },
      { path = "/a", to = "/b\r\nX: y" }, { path = "/a", to = "https:///x" },
      { path = "/a", to = "/\\evil.test" },
    }, "/a")
    assert.are.equal(7, #problems)
    assert.are.equal("redirect of ( is left out: not a regular expression",
      problems[1])
  end)
end)
