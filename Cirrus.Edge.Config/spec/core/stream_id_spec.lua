local stream_id = require "cirrus.core.stream_id"


describe("stream ids", function()
  it("compare as numbers, not as text", function()
    assert.is_true(stream_id.is_newer("10-0", "9-0"))
    assert.is_true(stream_id.is_newer("5-10", "5-9"))
    assert.is_false(stream_id.is_newer("5-9", "5-10"))
    assert.is_false(stream_id.is_newer("5-9", "5-9"))
  end)

  it("count as older than all when they can't be read", function()
    assert.is_true(stream_id.is_newer("0-0", nil))
    assert.is_true(stream_id.is_newer("0-0", "x"))
    assert.is_false(stream_id.is_newer("x", "0-0"))
    assert.is_false(stream_id.is_newer(nil, nil))
  end)

  it("may leave out the sequence", function()
    assert.is_true(stream_id.is_newer("5-1", "5"))
    assert.is_nil(stream_id.parse("5-"))
    assert.is_nil(stream_id.parse("-5"))
    assert.is_nil(stream_id.parse("1-2-3"))
  end)

  it("give the newest of two, one of which may be missing", function()
    assert.are.equal("6-0", stream_id.newest("6-0", "5-0"))
    assert.are.equal("6-0", stream_id.newest("5-0", "6-0"))
    assert.are.equal("5-0", stream_id.newest(nil, "5-0"))
    assert.are.equal("5-0", stream_id.newest("5-0", nil))
  end)
end)
