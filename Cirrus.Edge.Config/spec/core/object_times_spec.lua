local times = require "cirrus.core.object_times"


describe("the times of an object", function()
  it("are read as they were written", function()
    assert.are.same({ 100, 160, 460, 30 },
      { times.read(times.write(100, 160, 460, 30)) })
  end)

  it("may have no end of use", function()
    assert.are.equal("100 160 - 0", times.write(100, 160, math.huge, 0))
    assert.are.same({ 100, 160, math.huge, 0 },
      { times.read("100 160 - 0") })
  end)

  it("may be two", function()
    assert.are.same({ 0, 0, math.huge }, { times.read("0 0") })
  end)

  it("may be of before 1970", function()
    assert.are.equal(-5, (times.read(times.write(-5, 160, math.huge, 0))))
  end)

  it("are nil when nothing was noted", function()
    assert.is_nil(times.read(nil))
    assert.is_nil(times.read(""))
    assert.is_nil(times.read("now then"))
  end)
end)


describe("a fresh object", function()
  it("is as old as it was made long ago", function()
    assert.are.same({ 20, 40 }, { times.of_fresh(100, 160, 120) })
    assert.are.same({ 60, 0 }, { times.of_fresh(100, 160, 160) })
  end)

  it("is not of the future", function()
    assert.are.same({ 0, 70 }, { times.of_fresh(100, 160, 90) })
  end)

  it("is at most as old as its lifetime when it was confirmed", function()
    assert.are.same({ 60, 0 }, { times.of_fresh(100, 160, 500) })
    assert.are.same({ 0, 0 }, { times.of_fresh(170, 160, 500) })
  end)
end)
