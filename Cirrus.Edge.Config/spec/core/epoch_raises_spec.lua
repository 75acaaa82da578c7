local epoch_raises = require "cirrus.core.epoch_raises"
local epochs = require "cirrus.core.epochs"
local stream_id = require "cirrus.core.stream_id"


describe("raising", function()
  local function purge(kind, values, id, soft)
    return { kind = kind, values = values, id = id, soft = soft }
  end

  local function raise(fields, purges)
    local state, raised = epoch_raises.raise(epoch_raises.state(fields), purges)
    return state.fields, raised
  end

  it("never lowers an epoch", function()
    local raised = raise({ ["*"] = "5-0" },
      { purge("everything", nil, "4-0") })
    assert.are.equal("5-0", raised["*"])
    raised = raise({ ["*"] = "5-0" }, { purge("everything", nil, "6-0") })
    assert.are.equal("6-0", raised["*"])
  end)

  it("keeps kinds apart", function()
    local all, raised = raise({ ["*"] = "0-1" }, {
      purge("prefix", { "/a", "/b" }, "1-0"), purge("url", { "/a" }, "2-0"),
      purge("tag", { "a" }, "3-0", true), purge("host", { "a.test" }, "4-0"),
    })
    assert.are.same({ ["p:/a"] = "1-0", ["p:/b"] = "1-0", ["u:/a"] = "2-0",
      ["st:a"] = "3-0", ["h:a.test"] = "4-0" }, raised)
    raised["*"] = "0-1"
    assert.are.same(raised, all)
  end)

  it("takes a purge it does not understand for everything", function()
    for _, kind in ipairs({ "colour", "none", "url" }) do
      assert.are.same({ ["*"] = "3-0" },
        (raise({}, { purge(kind, nil, "3-0") })))
    end
    assert.are.same({ ["*"] = "3-0" },
      (raise({}, { purge("colour", { "red" }, "3-0", true) })))
  end)

  it("forgets what a purge of everything covers", function()
    local fields = { ["*"] = "1-0", ["u:/a"] = "2-0", ["su:/a"] = "3-0",
      ["u:/new"] = "9-0" }
    assert.are.same({ ["*"] = "5-0", ["u:/new"] = "9-0" },
      (raise(fields, { purge("everything", nil, "5-0") })))
    assert.are.same(
      { ["*"] = "1-0", ["u:/a"] = "2-0", ["s*"] = "5-0", ["u:/new"] = "9-0" },
      (raise(fields, { purge("everything", nil, "5-0", true) })))
  end)

  it("folds too many epochs into their newest", function()
    local fields = { ["*"] = "1-0" }
    for i = 1, epoch_raises.MAX_FIELDS - 1 do
      fields["u:/" .. i] = "2-" .. i
    end
    local known = raise(fields, { purge("url", { "/7" }, "2-9999") })
    assert.are.equal("2-9999", known["u:/7"])
    local folded, raised = raise(fields, { purge("url", { "/x" }, "3-0") })
    assert.are.same({ ["*"] = "3-0" }, folded)
    assert.is_nil(raised)
  end)

  it("folds soft ones into a soft one", function()
    local many = {}
    for i = 1, epoch_raises.MAX_FIELDS do
      many[i] = "/" .. i
    end
    local folded = raise({ ["*"] = "1-0" }, { purge("url", many, "2-0", true) })
    assert.are.same({ ["*"] = "1-0", ["s*"] = "2-0" }, folded)
  end)

  it("goes on after a fold within one batch", function()
    local many = {}
    for i = 1, epoch_raises.MAX_FIELDS + 1 do
      many[i] = "/" .. i
    end
    local raised = raise({}, {
      purge("url", many, "1-0"), purge("url", { "/a" }, "2-0"),
    })
    assert.are.same({ ["*"] = "1-0", ["u:/a"] = "2-0" }, raised)
  end)

  it("folds epochs whose names are too long together", function()
    local long = ("a"):rep(epoch_raises.MAX_BYTES / 8 - 3)
    local fields = {}
    for i = 1, 8 do
      fields = raise(fields, { purge("url", { long .. i }, "1-" .. i) })
    end
    assert.are.equal("1-8", fields["u:" .. long .. "8"])
    fields = raise(fields, { purge("url", { "/a" }, "2-0") })
    assert.are.same({ ["*"] = "2-0" }, fields)
  end)
end)


describe("applying what was raised", function()
  it("makes the same as compiling all anew", function()
    local kinds = { "p:/a", "p:/bb/", "u:/a/1", "u:/c", "t:x", "t:y",
      "h:a.test", "*", "sp:/a", "su:/c", "st:x", "s*", "sh:a.test" }

    -- What was fetched after everything was purged is newer than this.
    local function soft_of(made, uri)
      local id = epochs.find_soft(made, "a.test", uri, nil, { "x" })
      return stream_id.is_newer(id, made.hard.everything) and id or nil
    end

    math.randomseed(7)
    for _ = 1, 200 do
      local state = epoch_raises.state({ ["*"] = "1-0" })
      local compiled = epochs.compile(state.fields)
      for id = 2, 12 do
        local field = kinds[math.random(#kinds)]
        local soft, kind, value = field:match("^(s?)([puth*]):?(.*)$")
        local raised
        state, raised = epoch_raises.raise(state, { {
          kind = ({ p = "prefix", u = "url", t = "tag", h = "host",
            ["*"] = "everything" })[kind],
          values = kind ~= "*" and { value } or nil,
          soft = soft == "s" or nil,
          id = id .. "-0",
        } })
        epochs.apply(compiled, raised)
      end
      local anew = epochs.compile(state.fields)
      for _, uri in ipairs({ "/a", "/a/1", "/bb/", "/c", "/d" }) do
        assert.are.equal(epochs.find(anew, "a.test", uri),
          epochs.find(compiled, "a.test", uri))
        assert.are.equal(soft_of(anew, uri), soft_of(compiled, uri))
      end
      -- One that is older than the newest of everything makes no difference.
      local newest = anew.hard.newest_tag or "0-0"
      local seen = compiled.hard.newest_tag or "0-0"
      assert.are.equal(newest, seen)
    end
  end)
end)
