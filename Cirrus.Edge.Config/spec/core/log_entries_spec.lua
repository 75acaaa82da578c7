local log_entries = require "cirrus.core.log_entries"


local DATA = {
  urls = { kind = "url", values = { "/a" } },
  all = { kind = "everything", soft = true },
  list = { urls = { "/a", "/b" } },
  text = "text",
}


local function decode(data)
  return DATA[data]
end


local function entry(id, kind, key, data)
  return { id, { "type", kind, "key", key, "data", data } }
end


describe("entries of the log", function()
  it("have each name read again once, in their order", function()
    local wanted = log_entries.read({
      entry("1-0", "domain-put", "b.test"),
      entry("2-0", "cert-put", "a.test"),
      entry("3-0", "cert-delete", "b.test"),
      entry("4-0", "domain-put", "b.test"),
      entry("5-0", "domain-delete", "c.test"),
    }, decode)
    assert.are.same({
      { name = "b.test", document = true, certificate = true },
      { name = "a.test", certificate = true },
      { name = "c.test", document = true, certificate = true },
    }, wanted.reread)
    assert.are.same({ "domain-put", "cert-put", "cert-delete", "domain-put",
      "domain-delete" }, wanted.types)
  end)

  it("have purges with the change that each of them is", function()
    local wanted = log_entries.read({
      entry("1-0", "purge", "a.test", "urls"),
      entry("2-0", "purge", "b.test", "all"),
      entry("3-0", "purge", "a.test", "all"),
    }, decode)
    assert.are.same({
      ["a.test"] = {
        { kind = "url", values = { "/a" }, id = "1-0" },
        { kind = "everything", soft = true, id = "3-0" },
      },
      ["b.test"] = { { kind = "everything", soft = true, id = "2-0" } },
    }, wanted.purges)
    assert.are.same({}, wanted.reread)
  end)

  it("have a purge that can't be read, for it counts as everything",
    function()
      for _, data in ipairs({ "?", "text" }) do
        local wanted = log_entries.read(
          { entry("1-0", "purge", "a.test", data) }, decode)
        assert.are.same({ ["a.test"] = { { id = "1-0" } } }, wanted.purges)
      end
    end)

  it("have lists to be warmed", function()
    local wanted = log_entries.read({
      entry("1-0", "warm", "a.test", "list"),
      entry("2-0", "warm", "a.test", "all"),
    }, decode)
    assert.are.same({
      { "1-0", "a.test", { "/a", "/b" } }, { "2-0", "a.test", {} },
    }, wanted.warm)
  end)

  it("may be of other types, or of none", function()
    local wanted = log_entries.read({
      entry("1-0", "node-put", "edge-1"), { "2-0", { "type", "purge" } },
      { "3-0", {} },
    }, decode)
    assert.are.same({ reread = {}, purges = {}, warm = {},
      types = { "node-put", "purge" } }, wanted)
  end)
end)


describe("a snapshot", function()
  it("is out of date by documents and purges, and by nothing else", function()
    for kind, is_concerned in pairs({
      ["domain-put"] = true, ["domain-delete"] = true, purge = true,
      ["cert-put"] = false, ["cert-delete"] = false, warm = false,
      ["node-put"] = false,
    }) do
      assert.are.equal(is_concerned, log_entries.concern_snapshot({
        entry("1-0", "warm", "a.test"), entry("2-0", kind, "a.test"),
      }), kind)
    end
  end)
end)
