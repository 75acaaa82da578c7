local cors = require "cirrus.core.cors"


local function allowed(settings, origin)
  return cors.allowed(cors.compile(settings), origin)
end


describe("an origin", function()
  local settings = {
    origins = {
      "https://app.test", "https://*.b.test", "http://*.b.test:8080", "null",
    },
    credentials = true,
  }

  it("is allowed when it is listed", function()
    for _, origin in ipairs({
      "https://app.test", "https://x.b.test", "http://x.b.test:8080", "null",
    }) do
      local value, credentials = allowed(settings, origin)
      assert.are.equal(origin, value)
      assert.is_true(credentials)
    end
  end)

  it("is not allowed otherwise", function()
    for _, origin in ipairs({
      "http://app.test", "https://app.test:8443", "https://b.test",
      "https://x.y.b.test", "https://x.b.test.evil.test",
      "https://x.b.test:8080", "https://evil.test/.b.test",
      "https://evil@x.b.test", "https://.b.test", "https://*.b.test.", "*",
      "https://app.test https://evil.test", "",
    }) do
      assert.is_nil((allowed(settings, origin)), origin)
    end
    assert.is_nil((allowed(settings, nil)))
    assert.is_nil((allowed({ origins = {} }, "https://app.test")))
  end)

  it("may be anyone, but never with credentials unless it is listed",
    function()
      local open = { origins = { "*", "https://app.test" },
        credentials = true }
      local value, credentials = allowed(open, "https://evil.test")
      assert.are.equal("*", value)
      assert.is_false(credentials)
      value, credentials = allowed(open, "https://app.test")
      assert.are.equal("https://app.test", value)
      assert.is_true(credentials)
    end)
end)


describe("answers", function()
  it("vary unless all get the same", function()
    assert.is_false(cors.varies(cors.compile({ origins = { "*" } })))
    assert.is_true(cors.varies(cors.compile({ origins = { "*", "a" } })))
    assert.is_true(cors.varies(cors.compile(
      { origins = { "*", "https://*.a" } })))
    assert.is_true(cors.varies(cors.compile({ origins = { "https://a" } })))
    assert.is_true(cors.varies(cors.compile({})))
  end)

  it("say so beside what they vary by already", function()
    assert.are.equal("Origin", cors.vary(nil))
    assert.are.equal("Accept, Origin", cors.vary("Accept"))
    assert.are.equal("accept,origin", cors.vary("accept,origin"))
    assert.are.equal("*", cors.vary("*"))
  end)
end)


describe("settings", function()
  it("have defaults", function()
    local compiled = cors.compile({ origins = { "*" } })
    assert.are.equal("GET, HEAD, POST", compiled.methods)
    assert.is_nil(compiled.headers)
    assert.are.equal(600, compiled.max_age)
    assert.is_nil(cors.compile(nil))
  end)
end)
