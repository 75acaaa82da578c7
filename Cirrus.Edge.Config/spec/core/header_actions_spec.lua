local header_actions = require "cirrus.core.header_actions"


local function valid() return true end


describe("header actions", function()
  it("are none without any", function()
    assert.is_nil(header_actions.compile(nil, valid, {}))
    assert.is_nil(header_actions.compile({}, valid, {}))
  end)

  it("are done in order, on their paths", function()
    local actions = header_actions.compile({
      { action = "set", name = "A", value = "1" },
      { action = "add", name = "A", value = "2", path = "/b/" },
      { action = "remove", name = "C", path = "/c/" },
    }, valid, {})
    assert.is_true(actions.has_paths)
    local done = {}
    local function note(kind)
      return function(name, value)
        done[#done + 1] = kind .. " " .. name .. " " .. tostring(value)
      end
    end
    header_actions.apply(actions, "/b/x", nil,
      { set = note("set"), add = note("add"), remove = note("remove") })
    assert.are.same({ "set A 1", "add A 2" }, done)
  end)

  it("leave alone what belongs to the edge, and what is no field", function()
    local problems = {}
    assert.is_nil(header_actions.compile({
      { action = "set", name = "Content-Length", value = "1" },
      { action = "remove", name = "transfer-encoding" },
      { action = "set", name = "X-Cirrus-Request", value = "1" },
      { action = "set", name = "a b", value = "1" },
      { action = "set", name = "A", value = "1\r\nB: 2" },
      { action = "set", name = "A", value = "1\0" },
      { action = "drop", name = "A" }, { action = "remove" },
    }, valid, problems))
    assert.are.equal(8, #problems)
    assert.are.equal("header action on Content-Length is left out: " ..
      "a field of the edge's own", problems[1])
  end)
end)
