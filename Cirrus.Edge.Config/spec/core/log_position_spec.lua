local log_position = require "cirrus.core.log_position"


local function stream(last, length, added)
  return { last = last, length = length, added = added, holds = false }
end


local function holding(last, length, added)
  return { last = last, length = length, added = added, holds = true }
end


describe("a position in the log", function()
  local cases = {
    { "at the end", "9-0", holding("9-0", 5, 9), false },
    { "inside", "7-0", holding("9-0", 5, 9), false },
    { "whose entry was trimmed", "4-0", stream("9-0", 5, 9), true },
    { "whose entry was undone before others were written", "7-0",
      stream("9-0", 5, 5), true },
    { "before a log that was never trimmed", "0-0", stream("9-0", 5, 5),
      false },
    { "before a log that was trimmed", "0-0", stream("9-0", 5, 9), true },
    { "after the end", "10-0", stream("9-0", 5, 9), true },
    { "of a log trimmed to nothing, at its end", "9-0", stream("9-0", 0, 9),
      false },
    { "of a log trimmed to nothing, before its end", "8-0",
      stream("9-0", 0, 9), true },
    { "of a log that does not exist", "1-0", log_position.info(false, {}),
      true },
    { "none, of a log that does not exist", "0-0",
      log_position.info(false, {}), false },
  }
  for _, case in ipairs(cases) do
    it(case[1] .. (case[4] and " is lost" or " is good"), function()
      assert.are.equal(case[4], log_position.lost(case[2], case[3]) ~= nil)
    end)
  end

  it("reads what Redis says of the stream", function()
    local reply = {
      "length", 2, "last-generated-id", "9-1", "entries-added", 7,
      "groups", 0, "first-entry", { "8-0", { "type", "purge" } },
    }
    assert.are.same(holding("9-1", 2, 7),
      log_position.info(reply, { { "8-0", { "type", "purge" } } }))
    assert.are.same(stream("9-1", 2, 7), log_position.info(reply, {}))
  end)
end)
