local recent = require "cirrus.core.recent"


describe("what was asked for lately", function()
  local names

  before_each(function()
    names = recent.new(3)
  end)

  it("is found", function()
    names:set("a", 1)
    names:set("a", 2)
    assert.equal(2, names:get("a"))
    assert.is_nil(names:get("b"))
  end)

  it("stays however many others come once", function()
    names:set("a", 1)
    for i = 1, 100 do
      names:set("once " .. i, i)
      assert.equal(1, names:get("a"))
    end
  end)

  it("is the less the more it weighs", function()
    names:set("a", 1)
    names:set("heavy", 1, 2)
    names:set("b", 2)
    names:set("heavy too", 3, 3)
    names:set("c", 4)
    assert.is_nil(names:get("a"))
    assert.equal(3, names:get("heavy too", 3))
  end)

  it("is bounded", function()
    for i = 1, 100 do
      names:set("once " .. i, i)
    end
    local count = 0
    for i = 1, 100 do
      count = count + (names.newer["once " .. i] and 1 or 0) +
        (names.older["once " .. i] and 1 or 0)
    end
    assert.is_true(count >= 3 and count <= 6)
  end)
end)
