local smallest = require "cirrus.core.smallest"


describe("the smallest of many", function()
  local numbers

  before_each(function()
    numbers = smallest.new()
    numbers:set("a", 3)
    numbers:set("b", 2)
    numbers:set("c", 5)
  end)

  it("is known when one comes", function()
    assert.are.equal(2, numbers:set("d", 4))
    assert.are.equal(1, numbers:set("e", 1))
  end)

  it("is known when it goes", function()
    assert.are.equal(3, numbers:set("b", nil))
    assert.are.equal(5, numbers:set("a", nil))
    assert.is_nil(numbers:set("c", nil))
  end)

  it("is known when it changes", function()
    assert.are.equal(3, numbers:set("b", 9))
    assert.are.equal(1, numbers:set("b", 1))
  end)

  it("may be there twice", function()
    numbers:set("d", 2)
    assert.are.equal(2, numbers:set("b", nil))
  end)

  it("is not changed by what is not there", function()
    assert.are.equal(2, numbers:set("x", nil))
    assert.is_nil(smallest.new():set("x", nil))
  end)
end)
