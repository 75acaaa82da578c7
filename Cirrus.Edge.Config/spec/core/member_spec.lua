local member = require "cirrus.core.member"


describe("a member that must be", function()
  it("a number is that, or absent", function()
    assert.equal(2, member.number(2, 3, 1, "attempts"))
    assert.equal(3, member.number(nil, 3, 1, "attempts"))
    assert.is_nil(member.number(nil, nil, 1, "attempts"))
  end)

  for _, value in ipairs({ "2", true, {}, 0, -1 }) do
    it("a number is not " .. tostring(value), function()
      assert.has_error(function() member.number(value, 3, 1, "attempts") end,
        "attempts must be a number of 1 or more")
    end)
  end

  it("a text is nothing else", function()
    assert.equal("a", member.text("a", "name"))
    assert.has_error(function() member.text({}, "name") end,
      "name must be a text")
  end)
end)
