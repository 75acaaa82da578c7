local compression = require "cirrus.core.compression"


local function is_worthwhile(response)
  response.status = response.status or 200
  return compression.is_worthwhile(response)
end


describe("compression", function()
  it("is for texts of some length", function()
    assert.is_true(is_worthwhile({ content_type = "text/html; charset=x" }))
    assert.is_true(is_worthwhile(
      { content_type = "Application/JSON", content_length = "256" }))
    assert.is_false(is_worthwhile(
      { content_type = "text/css", content_length = "255" }))
    for _, kind in ipairs({ "image/png", "text/event-stream", "" }) do
      assert.is_false(is_worthwhile({ content_type = kind }), kind)
    end
    assert.is_false(is_worthwhile({}))
  end)

  it("is not for what is compressed, a part, or to be left alone", function()
    assert.is_false(is_worthwhile(
      { content_type = "text/css", content_encoding = "gzip" }))
    assert.is_false(is_worthwhile({ content_type = "text/css", status = 206 }))
    assert.is_false(is_worthwhile(
      { content_type = "text/css", cache_control = "No-Transform" }))
  end)

  it("is told in Vary once", function()
    assert.are.equal("Accept-Encoding", compression.vary(nil))
    assert.are.equal("Accept, Accept-Encoding", compression.vary("Accept"))
    assert.are.equal("accept-encoding, A",
      compression.vary("accept-encoding, A"))
    assert.are.equal("*", compression.vary("*"))
  end)
end)
