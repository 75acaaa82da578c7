local epochs = require "cirrus.core.epochs"


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
  it("does no harm when it is in already, or older", function()
    local compiled = epochs.compile({ ["*"] = "5-0", ["u:/a"] = "7-0" })
    epochs.apply(compiled, { ["*"] = "4-0", ["u:/a"] = "6-0", ["p:/"] = "3-0" })
    assert.are.equal("7-0", epochs.find(compiled, "a.test", "/a"))
    assert.are.equal("5-0", epochs.find(compiled, "a.test", "/b"))
  end)
end)
