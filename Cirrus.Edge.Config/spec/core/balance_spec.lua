local balance = require "cirrus.core.balance"


local function origins(...)
  local list = {}
  for i, weight in ipairs({ ... }) do
    list[i] = { weight = weight, is_backup = weight == 0, score = 0 }
  end
  return list
end


local function all_up()
  return false
end


local function picks(list, count, is_down)
  local order = {}
  for i = 1, count do
    order[i] = balance.pick(list, {}, is_down or all_up)
  end
  return table.concat(order)
end


describe("balancing", function()
  it("follows the weights without bursts", function()
    assert.are.equal("1211121", picks(origins(5, 2), 7))
    assert.are.equal("123123", picks(origins(1, 1, 1), 6))
  end)

  it("never asks a backup while another is left", function()
    assert.are.equal("1111", picks(origins(1, 0), 4))
  end)

  it("asks a backup when all others were tried", function()
    local list = origins(1, 0)
    assert.are.equal(2, balance.pick(list, { true }, all_up))
    assert.is_nil(balance.pick(list, { true, true }, all_up))
  end)

  it("asks failing origins last, but asks them", function()
    local list = origins(9, 1, 0)
    local function first_is_down(origin)
      return origin == list[1]
    end
    assert.are.equal("222", picks(list, 3, first_is_down))
    assert.are.equal(3, balance.pick(list, { [2] = true }, first_is_down))
    assert.are.equal(1,
      balance.pick(list, { [2] = true, [3] = true }, first_is_down))
  end)

  it("shares among backups when there is nothing else", function()
    assert.are.equal("1212", picks(origins(0, 0), 4))
  end)

  it("takes a backup for one whatever its weight", function()
    local list = origins(1, 5)
    list[2].is_backup = true
    assert.are.equal("1111", picks(list, 4))
    assert.are.equal(2, balance.pick(list, { true }, all_up))
  end)

  it("has nothing to offer without origins", function()
    assert.is_nil(balance.pick({}, {}, all_up))
  end)
end)
