local referrers = require "cirrus.core.referrers"


local function is_allowed(settings, referrer)
  return referrers.is_allowed(referrers.compile(settings), referrer, "a.test")
end


describe("referrers", function()
  local settings = { allow = { "b.test", "*.C.test" }, allowEmpty = false }

  it("are those that are listed, and the host itself", function()
    for _, referrer in ipairs({
      "https://a.test/x", "http://b.test", "https://B.TEST:8443/?x",
      "https://www.c.test/", "https://b.test./",
    }) do
      assert.is_true(is_allowed(settings, referrer), referrer)
    end
  end)

  it("are no others", function()
    for _, referrer in ipairs({
      "https://evil.test/", "https://b.test.evil.test/", "https://c.test/",
      "https://x.y.c.test/", "https://b.test@evil.test/", "ftp://b.test/",
      "b.test", "https://evil.test/https://b.test/", "https://evil.test#b.test",
      "https://evil.test\\b.test/", "https://evil.test?@b.test", "https://",
    }) do
      assert.is_false(is_allowed(settings, referrer), referrer)
    end
  end)

  it("may be missing unless that is forbidden", function()
    assert.is_false(is_allowed(settings, nil))
    assert.is_false(is_allowed(settings, ""))
    assert.is_true(is_allowed({ allow = { "b.test" } }, nil))
  end)
end)
