local cache_policy = require "cirrus.core.cache_policy"
local device = require "cirrus.core.device"
local variant = require "cirrus.core.variant"


local function of(headers)
  return function(name) return headers[name] end
end


describe("a request goes past the cache", function()
  local policy = cache_policy.compile({
    bypass = { cookies = { "session", "wp_*" }, headers = { "X-Preview" } },
  }).bypass
  local cases = {
    { { Cookie = "a=1; session=2" }, "cookie" },
    { { Cookie = "wp_user=1" }, "cookie" },
    { { Cookie = "session" }, "cookie" },
    { { ["X-Preview"] = "" }, "header" },
    { { Cookie = "a=session; b=wp_" } },
    { {} },
  }
  for i, case in ipairs(cases) do
    it("by " .. tostring(case[2]) .. ", case " .. i, function()
      assert.are.equal(case[2], variant.bypass(policy, of(case[1])))
    end)
  end
end)


describe("the key", function()
  local policy = cache_policy.compile({
    key = { headers = { "X-B", "X-A" }, cookies = { "c" } },
  }).key

  local function key(headers)
    return (variant.key(policy, of(headers)))
  end

  it("has headers and cookies that are named", function()
    assert.are.equal(key({ ["X-A"] = "1", Cookie = "x=5; c=2" }),
      key({ ["X-A"] = "1", Cookie = "c=2; d=3", ["X-C"] = "4" }))
    assert.are_not.equal(key({ ["X-A"] = "1" }), key({ ["X-B"] = "1" }))
    assert.are_not.equal(key({ Cookie = "c=1" }), key({ Cookie = "c=2" }))
  end)

  it("tells an empty value from none, and one from two", function()
    assert.are_not.equal(key({}), key({ ["X-A"] = "" }))
    assert.are_not.equal(key({ ["X-A"] = "1 1:2" }),
      key({ ["X-A"] = "1", ["X-B"] = "2" }))
  end)

  it("has all values of a cookie, for origins may take the last", function()
    assert.are_not.equal(key({ Cookie = "c=2; c=3" }), key({ Cookie = "c=2" }))
    assert.are_not.equal(key({ Cookie = "c=2; c=3" }), key({ Cookie = "c=3" }))
  end)

  it("has the kind of device", function()
    local by_device = cache_policy.compile({ key = { device = true } }).key
    local text, kind = variant.key(by_device, of({ ["User-Agent"] = "iPhone" }))
    assert.are.equal("mobile", text)
    assert.are.equal("mobile", kind)
  end)
end)


describe("a device", function()
  local cases = {
    { "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148",
      "mobile" },
    { "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/1 Mobile Safari/1",
      "mobile" },
    { "Mozilla/5.0 (Linux; Android 14; SM-X710) Chrome/1 Safari/1", "tablet" },
    { "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Mobile/1", "tablet" },
    { "Mozilla/5.0 (X11; Linux x86_64) Firefox/1", "desktop" },
    { "", "desktop" },
  }
  for _, case in ipairs(cases) do
    it(case[2] .. ": " .. case[1], function()
      assert.are.equal(case[2], device.kind(case[1]))
    end)
  end
end)
