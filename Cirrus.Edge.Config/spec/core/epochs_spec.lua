local epochs = require "cirrus.core.epochs"


local function find(fields, uri)
  return epochs.find(epochs.compile(fields), uri)
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


describe("raising", function()
  local function purge(kind, values, id)
    return { kind = kind, values = values, id = id }
  end

  it("never lowers an epoch and leaves its argument alone", function()
    local before = { ["*"] = "5-0" }
    local raised = epochs.raise(before, { purge("everything", nil, "4-0") })
    assert.are.equal("5-0", raised["*"])
    raised = epochs.raise(before, { purge("everything", nil, "6-0") })
    assert.are.equal("6-0", raised["*"])
    assert.are.equal("5-0", before["*"])
  end)

  it("keeps prefixes and urls apart", function()
    local raised = epochs.raise({}, {
      purge("prefix", { "/a", "/b" }, "1-0"), purge("url", { "/a" }, "2-0"),
    })
    assert.are.same(
      { ["p:/a"] = "1-0", ["p:/b"] = "1-0", ["u:/a"] = "2-0" }, raised)
  end)

  it("takes a purge it does not understand for everything", function()
    for _, kind in ipairs({ "tag", "none", "url" }) do
      assert.are.same({ ["*"] = "3-0" },
        epochs.raise({}, { purge(kind, nil, "3-0") }))
    end
  end)

  it("folds too many epochs into their newest", function()
    local fields = { ["*"] = "1-0" }
    for i = 1, epochs.MAX_FIELDS - 1 do
      fields["u:/" .. i] = "2-" .. i
    end
    local known = epochs.raise(fields, { purge("url", { "/7" }, "2-9999") })
    assert.are.equal("2-9999", known["u:/7"])
    local folded = epochs.raise(fields, { purge("url", { "/x" }, "3-0") })
    assert.are.same({ ["*"] = "3-0" }, folded)
  end)

  it("goes on after a fold within one batch", function()
    local many = {}
    for i = 1, epochs.MAX_FIELDS + 1 do
      many[i] = "/" .. i
    end
    local raised = epochs.raise({}, {
      purge("url", many, "1-0"), purge("url", { "/a" }, "2-0"),
    })
    assert.are.same({ ["*"] = "1-0", ["u:/a"] = "2-0" }, raised)
  end)

  it("folds epochs whose names are too long together", function()
    local long = ("a"):rep(epochs.MAX_BYTES / 8 - 3)
    local fields = {}
    for i = 1, 8 do
      fields = epochs.raise(fields, { purge("url", { long .. i }, "1-" .. i) })
    end
    assert.are.equal("1-8", fields["u:" .. long .. "8"])
    fields = epochs.raise(fields, { purge("url", { "/a" }, "2-0") })
    assert.are.same({ ["*"] = "2-0" }, fields)
  end)
end)
