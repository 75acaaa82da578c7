local accept_encoding = require "cirrus.core.accept_encoding"


describe("Accept-Encoding", function()
  local cases = {
    { "gzip, deflate, br, zstd", "br, gzip" },
    { "br;q=1.0, gzip;q=0.8, *;q=0.1", "br, gzip" },
    { "GZIP", "gzip" }, { "x-gzip", "gzip" }, { "deflate, gzip;q=1.0", "gzip" },
    { "br", "br" }, { "br, gzip;q=0", "br" }, { "*", "gzip" },
    { "*, gzip;q=0" }, { "gzip;q=0.000" }, { "gzip ; q = 0" }, { "identity" },
    { "" }, { "deflate" }, { "brotli" },
  }
  for _, case in ipairs(cases) do
    it(("%q is %s"):format(case[1], tostring(case[2])), function()
      assert.are.equal(case[2], accept_encoding.normalise(case[1]))
    end)
  end
end)
