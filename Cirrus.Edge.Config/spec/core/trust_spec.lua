local until_when = require "cirrus.core.trust".until_when


describe("what the node knows", function()
  local now = 1700000000

  it("is good for a moment after the answer to a question", function()
    assert.equal(now + 0.2, until_when(now, 0, nil, now - 1))
    assert.is_nil(until_when(now, 0, nil, now - 1.2))
    assert.is_nil(until_when(now, 0, nil, nil))
  end)

  for what, seconds in pairs({
    ["a second"] = 1, ["a minute"] = 60, ["an hour"] = 3600,
    ["a year"] = 31536000,
  }) do
    it("is good when Redis has been gone for " .. what, function()
      local gone = now - seconds
      -- Each attempt to reach it says so anew; the last may be as old as the
      -- time between two attempts, or nobody may have asked since.
      assert.equal(now + 0.1, until_when(now, 0, now - 0.25, gone))
      assert.equal(now + 0.1, until_when(now, gone - 10, gone, gone - 1))
    end)
  end

  it("is not, after a pause, until the link was tried again", function()
    assert.is_nil(until_when(now, now - 0.01, now - 0.02, now - 3600))
    assert.is_nil(until_when(now, now - 0.01, nil, now - 0.02))
    assert.equal(now + 0.1, until_when(now, now - 0.02, now - 0.01, nil))
    assert.is_not_nil(until_when(now, now - 0.02, nil, now - 0.01))
  end)

  it("is not when the clock was set back", function()
    assert.is_nil(until_when(now, now, now + 3600, now + 3600))
  end)
end)
