local target = require "cirrus.core.warm_target"


describe("an entry of a warm list", function()
  local cases = {
    { "/a?b#c", "https", "a.test", "/a?b" },
    { "http://B.test:80/a#c", "http", "b.test", "/a" },
    { "https://b.test", "https", "b.test", "/" },
    { "a" },
    { "/a\r\nX: y" },
    { "/a b" },
    { "https://b.test/a\nb" },
  }
  for _, case in ipairs(cases) do
    it(("%q"):format(case[1]), function()
      local scheme, host, uri = target.read("a.test", case[1], "https")
      assert.equal(case[2], scheme)
      assert.equal(case[3], host)
      assert.equal(case[4], uri)
    end)
  end
end)
