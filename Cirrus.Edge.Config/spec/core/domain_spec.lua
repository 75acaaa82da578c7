local compiler = require "cirrus.core.domain"


local function compile(document, is_valid)
  return compiler.compile(document, {}, is_valid or function() return true end)
end


local function matches(path, pattern)
  return path:find(pattern) ~= nil
end


describe("rules", function()
  local domain = compile({
    name = "x", rules = {
      { path = "/assets/private/", ttl = 0, methods = { "GET", "HEAD" } },
      { path = "^/assets/", ttl = 600, methods = { "GET" } },
      { path = "/%61ssets", ttl = 5, methods = { "HEAD" } },
    },
  })

  local function ttl(method, path)
    local rule = compiler.rule_for(domain, method, path, matches)
    return rule and rule.policy.ttl
  end

  it("are asked in order", function()
    assert.are.equal(0, ttl("GET", "/assets/private/a"))
    assert.are.equal(600, ttl("GET", "/assets/a"))
  end)

  it("can't be told where origins may read a path as another rule's", function()
    local function is_ambiguous(path)
      local _, told = compiler.rule_for(domain, "GET", path, matches)
      return told
    end
    for _, path in ipairs({
      "//assets/private/a", "/assets/x%2F..%2Fprivate/a", "//assets/a",
      "/assets/private%2Fa", "/assets;v=1/private/a", "/assets/..%2Faccount",
      "/assets/private/..%2Fa", "/account/..;/assets/a",
    }) do
      assert.is_true(is_ambiguous(path), path)
    end
    for _, path in ipairs({
      "/assets/a", "/assets/a%20b", "/assets/a;v=1", "/other//a", "/other%2Fa",
      "/assets/private/a%2Fb",
    }) do
      assert.is_false(is_ambiguous(path), path)
    end
  end)

  it("are for their methods only", function()
    assert.are.equal(5, ttl("HEAD", "/assets/a"))
    assert.is_nil(ttl("POST", "/assets/a"))
  end)

  it("may match nothing", function()
    assert.is_nil(ttl("GET", "/other"))
  end)

  it("stop the search and are listed when their pattern is no good", function()
    local compiled, broken = compile(
      { rules = {
        { path = "/a/", ttl = 1 }, { path = "(", ttl = 2, methods = { "GET" } },
        { path = "/", ttl = 3 },
      } },
      function(pattern) return pattern ~= "(" end)
    local rule = compiler.rule_for(compiled, "GET", "/b", matches)
    assert.are.equal("(", rule.expression)
    assert.are.equal("not a regular expression", rule.problem)
    assert.are.same({ rule }, broken)
    for method, path in pairs({ GET = "/a/b", HEAD = "/b" }) do
      rule = compiler.rule_for(compiled, method, path, matches)
      assert.are.equal(method == "GET" and 1 or 3, rule.policy.ttl)
    end
  end)
end)


describe("origins", function()
  it("know how they are addressed", function()
    local origins = compile({ origins = {
      { scheme = "https", host = "::1", port = 443, weight = 2 },
      { scheme = "http", host = "localhost", port = 80, weight = 0 },
      { scheme = "http", host = "origin.test", port = 80 },
    } }).origins
    assert.are.equal("[::1]:443", origins[1].authority)
    assert.is_true(origins[1].is_address)
    assert.are.equal("127.0.0.1:80", origins[2].authority)
    assert.is_true(origins[2].is_address)
    assert.are.equal(0, origins[2].weight)
    assert.is_false(origins[3].is_address)
    assert.are.equal(1, origins[3].weight)
  end)
end)


describe("headers for origins", function()
  it("leave out what belongs to a connection or to Cirrus", function()
    local domain = compile({ upstreamHeaders = {
      ["X-From"] = "CDN", ["HOST"] = "internal.test", ["connection"] = "x",
      ["Transfer-Encoding"] = "x", ["X-Cirrus-Policy"] = "x",
      ["CDN-Loop"] = "x", ["via"] = "x",
    } })
    assert.are.same({ ["X-From"] = "CDN" }, domain.headers)
    assert.are.equal("internal.test", domain.host_header)
  end)
end)


describe("a document", function()
  it("caches unless it says otherwise", function()
    assert.is_true(compile({}).cache_enable)
    assert.is_false(compile({ cacheEnable = false }).cache_enable)
  end)
end)


describe("the wildcard of a host", function()
  it("stands for one label", function()
    assert.are.equal("*.example.test",
      compiler.wildcard_of("www.example.test"))
    assert.are.equal("*.test", compiler.wildcard_of("example.test"))
    assert.are.equal("*.example.test",
      compiler.wildcard_of("_x-.example.test"))
    assert.is_nil(compiler.wildcard_of("test"))
    assert.is_nil(compiler.wildcard_of("a'<b>.example.test"))
    assert.is_nil(compiler.wildcard_of("u@a.example.test"))
    assert.is_nil(compiler.wildcard_of(""))
  end)
end)


describe("TLS settings", function()
  it("are off in a document without them", function()
    local domain = compile({ name = "x" })
    assert.is_false(domain.redirect)
    assert.is_nil(domain.hsts)
  end)

  it("become a redirect and a header field", function()
    local domain = compile({ name = "x", tls = {
      redirect = true, hsts = { maxAge = 31536000 },
    } })
    assert.is_true(domain.redirect)
    assert.are.equal("max-age=31536000", domain.hsts)
  end)

  it("may ask for subdomains and preloading", function()
    local domain = compile({ name = "x", tls = {
      hsts = { maxAge = 0, includeSubDomains = true, preload = true },
    } })
    assert.are.equal("max-age=0; includeSubDomains; preload", domain.hsts)
  end)
end)
