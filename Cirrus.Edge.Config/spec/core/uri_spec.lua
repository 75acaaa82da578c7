local uris = require "cirrus.core.uri"


describe("a canonical URI", function()
  local cases = {
    -- what comes in, what it becomes
    { "/", "/" },
    { "", "/" },
    { "a", "/a" },
    { "/a/b.html", "/a/b.html" },
    { "/%7euser/%41", "/~user/A" },
    { "/a%2fb%3a", "/a%2Fb%3A" },
    { "/a b\195\164", "/a%20b%C3%A4" },
    { "/a%", "/a%25" },
    { "/a%4", "/a%254" },
    { "/a%zz", "/a%25zz" },
    { "/a%%41", "/a%25A" },
    { "/a%2541", "/a%2541" },
    { "/a/./b", "/a/b" },
    { "/a/../b", "/b" },
    { "/a/..", "/" },
    { "/a/b/..", "/a/" },
    { "/a/.", "/a/" },
    { "/../../a", "/a" },
    { "/%2e%2E/a", "/a" },
    { "/a/.hidden/..b/...", "/a/.hidden/..b/..." },
    { "/a//b/", "/a//b/" },
    { "/a//../b", "/a/b" },
    { "/a?", "/a?" },
    { "?b", "/?b" },
    { "/a?b=../c", "/a?b=../c" },
    { "/a?b?c", "/a?b?c" },
    { "/a?%41=%3d&x=[1]", "/a?A=%3D&x=%5B1%5D" },
    { "/a?b=100%", "/a?b=100%25" },
    { "/a#b?c", "/a" },
    { "/a?b#c", "/a?b" },
    { "/a;v=1,2!$&'()*+=:@-._~", "/a;v=1,2!$&'()*+=:@-._~" },
    { "/a\\b|c", "/a%5Cb%7Cc" },
  }
  for _, case in ipairs(cases) do
    it(("makes %q of %q"):format(case[2], case[1]), function()
      assert.are.equal(case[2], uris.canonical(case[1]))
    end)
  end

  it("stays as it is when made canonical again", function()
    for _, case in ipairs(cases) do
      assert.are.equal(case[2], uris.canonical(case[2]))
    end
  end)

  it("stays so for any bytes", function()
    math.randomseed(1)
    local alphabet = "/.%?#aA2fF4e1\128 ;="
    for _ = 1, 5000 do
      local letters = {}
      for i = 1, math.random(0, 12) do
        local at = math.random(#alphabet)
        letters[i] = alphabet:sub(at, at)
      end
      local text = table.concat(letters)
      local once = uris.canonical(text)
      assert.are.equal(once, uris.canonical(once), text)
      assert.are.equal("/", once:sub(1, 1), text)
      assert.is_nil(once:match("^[^?]*/%.%.?/"), text)
    end
  end)
end)


describe("a canonical prefix", function()
  it("loses an escape that was cut short", function()
    assert.are.equal("/a", uris.canonical_prefix("/a%"))
    assert.are.equal("/a", uris.canonical_prefix("/a%2"))
    assert.are.equal("/a%2F", uris.canonical_prefix("/a%2f"))
  end)
end)


it("the path of a URI ends at the question mark", function()
  assert.are.equal("/a", uris.path("/a?b?c"))
  assert.are.equal("/a", uris.path("/a"))
end)


describe("a reference", function()
  local cases = {
    { "/x?y", "/x?y" }, { "c", "/a/c" }, { "../c", "/c" }, { "?q", "/a/b?q" },
    { "#f", "/a/b?p" }, { "", "/a/b?p" },
    { "http://h.test/x", "/x" }, { "https://H.test:8443/x#f", "/x" },
    { "//h.test", "/" },
    { "http://other.test/x" }, { "ftp://h.test/x" }, { "mailto:x" },
    { "http:x" }, { "//h.test.other/x" },
  }
  for _, case in ipairs(cases) do
    it(("to %q is %s"):format(case[1], tostring(case[2])), function()
      assert.are.equal(case[2], uris.resolve(case[1], "h.test", "/a/b?p"))
    end)
  end
end)


describe("a path as less strict origins read it", function()
  local cases = {
    ["/a/b"] = false,
    ["//a//b"] = "/a/b",
    ["/a%2Fb"] = "/a/b",
    ["/x%2F..%2Fa"] = "/a",
    ["/x/..;/a"] = "/a",
    ["/a;v=1/b"] = "/a/b",
    ["/a%5Cb%2C"] = "/a/b,",
    ["/a%252Fb"] = "/a%2Fb",
    ["/%00"] = "/\0",
  }
  for path, loose in pairs(cases) do
    it(path, function()
      assert.equal(loose or nil, uris.loose(path))
    end)
  end
end)
