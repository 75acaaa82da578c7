local second_chance = require "cirrus.core.second_chance"


describe("what is kept within a bound", function()
  local dropped, clock

  before_each(function()
    dropped = {}
    clock = second_chance.new(100, function(thing)
      dropped[#dropped + 1] = thing.name
    end)
  end)

  local function add(name, size, used)
    return clock:add({ name = name, size = size, used = used })
  end

  it("stays while there is room", function()
    assert.is_true(add("a", 50))
    assert.is_true(add("b", 50))
    assert.same({}, dropped)
  end)

  it("goes when there is none, unless it was used", function()
    add("a", 50, true)
    add("b", 50)
    add("c", 30)
    assert.same({ "b" }, dropped)
  end)

  it("goes in the next round when it wasn't used again", function()
    add("a", 50, true)
    add("b", 50, true)
    add("c", 50)
    add("d", 50)
    assert.same({ "a", "b" }, dropped)
  end)

  it("makes room for something large", function()
    for i = 1, 10 do
      add(tostring(i), 10)
    end
    add("large", 95)
    assert.equal(10, #dropped)
    assert.equal(95, clock.size)
  end)

  it("is never larger than the bound", function()
    assert.is_false(add("a", 101))
    assert.equal(0, clock.size)
  end)
end)
