local merge = require "cirrus.core.merge"


describe("an answer 304", function()
  it("updates fields, but not those of the connection or the body", function()
    for _, name in ipairs({ "X-A", "Cache-Control", "Date", "Vary" }) do
      assert.is_true(merge.is_updated(name, nil, "x"), name)
    end
    for _, name in ipairs({
      "Connection", "Content-Length", "content-encoding", "Transfer-Encoding",
      "Content-Range", "Set-Cookie", "X-Cirrus-Object",
    }) do
      assert.is_false(merge.is_updated(name, nil, "x"), name)
    end
  end)

  it("leaves a tag weak that compression made so", function()
    assert.is_false(merge.is_updated("ETag", 'W/"a"', '"a"'))
    assert.is_true(merge.is_updated("ETag", 'W/"a"', '"b"'))
    assert.is_true(merge.is_updated("ETag", nil, '"b"'))
  end)

  it("says the same in one line or in several", function()
    assert.is_true(merge.is_same({ "a", "b" }, "a, b"))
    assert.is_false(merge.is_same(nil, "a"))
  end)
end)
