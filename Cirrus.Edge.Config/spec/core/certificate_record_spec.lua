local record = require "cirrus.core.certificate_record"


describe("a certificate's record", function()
  local chain = "-----BEGIN\n12 34\n-----END\n"
  local text = record.encode(chain, "key 5", "1900000000000")

  it("keeps chain and key apart", function()
    assert.are.same({ chain, "key 5" }, { record.decode(text) })
  end)

  it("tells the end without them", function()
    assert.are.equal(1900000000000, record.not_after(text))
  end)

  it("needs no end", function()
    for _, missing in ipairs { "", "soon" } do
      local without = record.encode("a", "b", missing)
      assert.are.equal(0, record.not_after(without))
      assert.are.same({ "a", "b" }, { record.decode(without) })
    end
  end)

  it("may have an empty part", function()
    assert.are.same({ "", "" }, { record.decode(record.encode("", "", 1)) })
  end)
end)
