local epochs = require "cirrus.core.epochs"
local stream_id = require "cirrus.core.stream_id"


local function find(fields, uri, host)
  return epochs.find(epochs.compile(fields), host or "a.test", uri)
end


describe("the epoch of a URI", function()
  local fields = {
    ["*"] = "10-0",
    ["p:/assets/"] = "20-0",
    ["p:/assets/css/"] = "15-0",
    ["p:/old/"] = "9-0",
    ["u:/assets/a"] = "30-0",
    ["u:/b?c=1"] = "40-0",
  }
  local cases = {
    { "/", "10-0" },
    { "/assets/b", "20-0" },
    { "/assets/css/b", "20-0" },
    { "/assets/a", "30-0" },
    { "/assets/a?x", "20-0" },
    { "/asset", "10-0" },
    { "/old/a", "10-0" },
    { "/b?c=1", "40-0" },
    { "/b?c=2", "10-0" },
  }
  for _, case in ipairs(cases) do
    it(("of %s is %s"):format(case[1], case[2]), function()
      assert.are.equal(case[2], find(fields, case[1]))
    end)
  end

  it("compares ids as numbers", function()
    assert.are.equal("10-0", find({ ["*"] = "9-0", ["p:/"] = "10-0" }, "/a"))
  end)

  it("is there even when nothing was ever purged", function()
    assert.are.equal("0-0", find({}, "/a"))
  end)

  it("is found under any spelling of the purge", function()
    assert.are.equal("5-0", find({ ["u:/x/../%61"] = "5-0" }, "/a"))
    assert.are.equal("5-0", find({ ["p:/%61/"] = "5-0" }, "/a/b"))
  end)

  it("is the newest of spellings that mean the same", function()
    local same = { ["u:/%61"] = "5-0", ["u:/a"] = "7-0", ["u:/./a"] = "6-0" }
    assert.are.equal("7-0", find(same, "/a"))
  end)
end)


describe("the epoch of a host", function()
  it("counts for that host alone", function()
    local fields = { ["*"] = "1-0", ["h:a.test"] = "2-0" }
    assert.are.equal("2-0", find(fields, "/a", "a.test"))
    assert.are.equal("1-0", find(fields, "/a", "b.test"))
  end)
end)


describe("the epoch of a URI of which a part of the query counts", function()
  local policy = { mode = "deny", is_sorted = true,
    names = { exact = {}, prefixes = { "utm_" } } }

  it("is that of all URLs that are the same then", function()
    local compiled = epochs.compile({ ["*"] = "1-0",
      ["u:/a?utm_source=x&c=1&b=2"] = "5-0" })
    assert.are.equal("5-0",
      epochs.find(compiled, "a.test", "/a?b=2&c=1", policy))
    assert.are.equal("1-0", epochs.find(compiled, "a.test", "/a?b=2", policy))
    epochs.apply(compiled, { ["u:/a?b=2&utm_id=9"] = "6-0" })
    assert.are.equal("6-0", epochs.find(compiled, "a.test", "/a?b=2", policy))
  end)
end)


describe("a soft epoch", function()
  local function find_soft(fields, uri, tags)
    return epochs.find_soft(epochs.compile(fields), "a.test", uri, nil,
      tags)
  end

  it("is none of the key", function()
    assert.are.equal("1-0", find({ ["*"] = "1-0", ["s*"] = "2-0" }, "/a"))
  end)

  it("is found like a hard one, by tags too", function()
    local fields = { ["*"] = "1-0", ["sp:/a"] = "2-0", ["su:/a/b"] = "3-0",
      ["st:x"] = "4-0", ["sh:a.test"] = "1-5" }
    assert.are.equal("1-5", find_soft(fields, "/c"))
    assert.are.equal("2-0", find_soft(fields, "/a"))
    assert.are.equal("3-0", find_soft(fields, "/a/b", { "y" }))
    assert.are.equal("4-0", find_soft(fields, "/c", { "y", "x" }))
  end)

  it("is not there without a soft purge that concerns the object", function()
    assert.is_nil(find_soft({ ["*"] = "1-0", ["p:/a"] = "2-0" }, "/a"))
    assert.is_nil(find_soft({ ["sp:/a"] = "2-0" }, "/b"))
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
      local state = epochs.state({ ["*"] = "1-0" })
      local compiled = epochs.compile(state.fields)
      for id = 2, 12 do
        local field = kinds[math.random(#kinds)]
        local soft, kind, value = field:match("^(s?)([puth*]):?(.*)$")
        local raised
        state, raised = epochs.raise(state, { {
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

  it("does no harm when it is in already, or older", function()
    local compiled = epochs.compile({ ["*"] = "5-0", ["u:/a"] = "7-0" })
    epochs.apply(compiled, { ["*"] = "4-0", ["u:/a"] = "6-0", ["p:/"] = "3-0" })
    assert.are.equal("7-0", epochs.find(compiled, "a.test", "/a"))
    assert.are.equal("5-0", epochs.find(compiled, "a.test", "/b"))
  end)
end)


describe("raising", function()
  local function purge(kind, values, id, soft)
    return { kind = kind, values = values, id = id, soft = soft }
  end

  local function raise(fields, purges)
    local state, raised = epochs.raise(epochs.state(fields), purges)
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
    for i = 1, epochs.MAX_FIELDS - 1 do
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
    for i = 1, epochs.MAX_FIELDS do
      many[i] = "/" .. i
    end
    local folded = raise({ ["*"] = "1-0" }, { purge("url", many, "2-0", true) })
    assert.are.same({ ["*"] = "1-0", ["s*"] = "2-0" }, folded)
  end)

  it("goes on after a fold within one batch", function()
    local many = {}
    for i = 1, epochs.MAX_FIELDS + 1 do
      many[i] = "/" .. i
    end
    local raised = raise({}, {
      purge("url", many, "1-0"), purge("url", { "/a" }, "2-0"),
    })
    assert.are.same({ ["*"] = "1-0", ["u:/a"] = "2-0" }, raised)
  end)

  it("folds epochs whose names are too long together", function()
    local long = ("a"):rep(epochs.MAX_BYTES / 8 - 3)
    local fields = {}
    for i = 1, 8 do
      fields = raise(fields, { purge("url", { long .. i }, "1-" .. i) })
    end
    assert.are.equal("1-8", fields["u:" .. long .. "8"])
    fields = raise(fields, { purge("url", { "/a" }, "2-0") })
    assert.are.same({ ["*"] = "2-0" }, fields)
  end)
end)
