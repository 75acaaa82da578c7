local slots = require "cirrus.core.slots"


local function ticks(pool, count)
  for _ = 1, count do
    pool:tick()
  end
end


describe("slots", function()
  it("gives one key one slot, and never two keys the same", function()
    local pool = slots.new(3, 5)
    local a, b = pool:take("a"), pool:take("b")
    assert.are_not.equal(a, b)
    assert.are.equal(a, pool:take("a"))
    assert.are_not.equal(a, pool:take("c"))
    assert.is_nil(pool:take("d"))
  end)

  it("keeps a slot for its key until it was idle long enough", function()
    local pool = slots.new(1, 5)
    local index = pool:take("a")
    pool:give_back(index)
    ticks(pool, 4)
    assert.is_nil(pool:take("b"))
    assert.are.equal(index, pool:take("a"))
    pool:give_back(index)
    ticks(pool, 4)
    assert.is_nil(pool:take("b"))
    pool:tick()
    assert.are.equal(index, pool:take("b"))
  end)

  it("counts as idle from when the last user has gone", function()
    local pool = slots.new(1, 2)
    local index = pool:take("a")
    pool:take("a")
    pool:give_back(index)
    ticks(pool, 10)
    assert.is_nil(pool:take("b"))
    pool:give_back(index)
    ticks(pool, 2)
    assert.are.equal(index, pool:take("b"))
  end)

  it("never mixes keys, whatever happens", function()
    math.randomseed(7)
    local pool = slots.new(4, 3)
    local held, last, clock = {}, {}, 0
    for _ = 1, 20000 do
      local dice = math.random(10)
      if dice <= 5 then
        local key = "k" .. math.random(9)
        local index = pool:take(key)
        if index then
          local before = last[index]
          assert.is_true(not before or before.key == key or
            before.users == 0 and clock - before.at >= 3)
          local users = before and before.key == key and before.users or 0
          last[index] = { key = key, users = users + 1, at = clock }
          held[#held + 1] = index
        end
      elseif dice <= 8 and #held > 0 then
        local index = table.remove(held, math.random(#held))
        pool:give_back(index)
        last[index].users = last[index].users - 1
        last[index].at = clock
      else
        pool:tick()
        clock = clock + 1
      end
    end
  end)
end)
