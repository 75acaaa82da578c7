local cdn_loop = require "cirrus.core.cdn_loop"


describe("a CDN-Loop", function()
  local cases = {
    { "cirrus-edge-1", true },
    { "other, cirrus-edge-1", true },
    { "other,cirrus-edge-1 ; v=1, third", true },
    { "cirrus-edge-10", false },
    { "x-cirrus-edge-1", false },
    { "other; by=cirrus-edge-1", false },
    { " , ;x", false },
    { "", false },
  }
  for _, case in ipairs(cases) do
    it(("%q %s us"):format(case[1], case[2] and "names" or "does not name"),
      function()
        assert.are.equal(case[2], cdn_loop.has(case[1], "cirrus-edge-1"))
      end)
  end
end)
