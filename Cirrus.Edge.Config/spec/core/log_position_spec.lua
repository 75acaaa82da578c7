local log_position = require "cirrus.core.log_position"


local function stream(last, first, length, added)
  return { last = last, first = first, length = length, added = added }
end


describe("a position in the log", function()
  local cases = {
    { "at the end", "9-0", stream("9-0", "5-0", 5, 9), false },
    { "inside", "7-0", stream("9-0", "5-0", 5, 9), false },
    { "at the first entry", "5-0", stream("9-0", "5-0", 5, 9), false },
    { "before the first entry of a trimmed log", "4-0",
      stream("9-0", "5-0", 5, 9), true },
    { "before a log that was never trimmed", "0-0",
      stream("9-0", "5-0", 5, 5), false },
    { "after the end", "10-0", stream("9-0", "5-0", 5, 9), true },
    { "of a log trimmed to nothing, at its end", "9-0",
      stream("9-0", nil, 0, 9), false },
    { "of a log trimmed to nothing, before its end", "8-0",
      stream("9-0", nil, 0, 9), true },
    { "of a log that does not exist", "1-0", log_position.empty(), true },
    { "none, of a log that does not exist", "0-0", log_position.empty(),
      false },
  }
  for _, case in ipairs(cases) do
    it(case[1] .. (case[4] and " is lost" or " is good"), function()
      assert.are.equal(case[4], log_position.lost(case[2], case[3]) ~= nil)
    end)
  end

  it("reads what Redis says of the stream", function()
    local info = log_position.info({
      "length", 2, "last-generated-id", "9-1", "entries-added", 7,
      "groups", 0, "first-entry", { "8-0", { "type", "purge" } },
    })
    assert.are.same(
      { last = "9-1", first = "8-0", length = 2, added = 7 }, info)
  end)

  it("finds no first entry in an empty stream", function()
    -- Redis says nil, which the client turns into a value that is no table.
    local info = log_position.info({
      "length", 0, "last-generated-id", "9-1", "entries-added", 7,
      "first-entry", "null",
    })
    assert.is_nil(info.first)
  end)
end)
