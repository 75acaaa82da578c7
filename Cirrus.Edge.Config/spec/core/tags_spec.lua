local epochs = require "cirrus.core.epochs"
local tags = require "cirrus.core.tags"


describe("the tags of a response", function()
  local cases = {
    { nil, nil, {} },
    { "a b  c", nil, { "a", "b", "c" } },
    { nil, "a,b, c", { "a", "b", "c" } },
    { "a b", "b,c", { "a", "b", "c" } },
    { " ", ",", {} },
  }
  for _, case in ipairs(cases) do
    it(("are of %s and %s"):format(tostring(case[1]), tostring(case[2])),
      function()
        local list = tags.parse(case[1], case[2])
        assert.are.equal(#case[3], #list)
        for i, tag in ipairs(case[3]) do
          assert.are.equal(tag, list[i])
        end
      end)
  end
end)


describe("an entry", function()
  it("is read as it was written", function()
    for _, list in ipairs({ "", "a", "a b c" }) do
      local entry = { key = "1-0", fetched = "2-3", tags = tags.parse(list) }
      assert.are.same(entry, tags.decode(tags.encode(entry)))
    end
    local any = { key = "1-0", fetched = "2-3" }
    assert.are.same(any, tags.decode(tags.encode(any)))
  end)

  local function entry(key, fetched, list)
    return { key = key, fetched = fetched, tags = list and tags.parse(list) }
  end

  it("speaks for all objects of its key", function()
    local merged = tags.merge(entry("1-0", "5-0", "a b"),
      entry("1-0", "7-0", "b c"))
    assert.are.same(entry("1-0", "5-0", "a b c"), merged)
  end)

  it("begins anew with a new key, and stays with an old one", function()
    local new, old = entry("2-0", "2-0", "b"), entry("1-0", "9-0", "a")
    assert.are.same(new, tags.merge(old, new))
    assert.are.same(new, tags.merge(nil, new))
    assert.is_nil(tags.merge(new, old))
  end)

  it("is not written when it says the same", function()
    assert.is_nil(tags.merge(entry("1-0", "5-0", "a b"),
      entry("1-0", "7-0", "b")))
    assert.is_nil(tags.merge(entry("1-0", "5-0"), entry("1-0", "7-0", "b")))
  end)

  it("is of any tag when there are too many", function()
    local many = entry("1-0", "1-0", ("%08d "):rep(1):format(0))
    for i = 1, 1000 do
      many.tags[i] = ("%08d"):format(i)
    end
    assert.is_nil(tags.merge(nil, many).tags)
  end)
end)


describe("the epoch of an object with tags", function()
  local hard = epochs.compile({ ["*"] = "1-0", ["t:a"] = "5-0",
    ["t:b"] = "9-0" }).hard

  local function epoch(fetched, list, key)
    return tags.epoch({ key = key or "1-0", fetched = fetched,
      tags = list and tags.parse(list) }, hard, "1-0")
  end

  it("is that of everything else while no tag was purged", function()
    local none = epochs.compile({ ["*"] = "1-0" }).hard
    assert.are.equal("1-0", tags.epoch(nil, none, "1-0"))
  end)

  it("is that of its newest purged tag", function()
    assert.are.equal("5-0", epoch("2-0", "a c"))
    assert.are.equal("9-0", epoch("2-0", "a b"))
    assert.are.equal("1-0", epoch("2-0", "c"))
  end)

  it("is that of its key when it was fetched after the purge", function()
    assert.are.equal("1-0", epoch("5-0", "a"))
    assert.are.equal("3-0", epoch("9-0", "a b", "3-0"))
  end)

  it("is the newest of all tags when its tags are not known", function()
    assert.are.equal("9-0", tags.epoch(nil, hard, "1-0"))
    assert.are.equal("9-0", epoch("5-0", nil))
    assert.are.equal("1-0", epoch("9-0", nil))
  end)
end)


-- What must hold whatever happens: an object whose tag was purged after it was
-- fetched is never found. A cache, fills that end late, never, or after their
-- entry was forgotten, and purges, at random.
describe("an object that was purged by tag", function()
  local function simulate(seed)
    math.randomseed(seed)
    local compiled = epochs.compile({ ["*"] = "1-0" })
    local cache, entry, is_forgotten = {}, nil, false
    local under_way = {}
    local change = 1

    local function epoch_of(known)
      return tags.epoch(known, compiled.hard,
        epochs.find(compiled, "a.test", "/"))
    end

    local function begin()
      local epoch = epoch_of(entry)
      for _, object in pairs(cache[epoch] or {}) do
        for tag, purged in pairs(compiled.hard.tags) do
          assert.is_false(object.tags[tag] == true and
            tonumber(purged:match("%d+")) > object.fetched,
            ("seed %d: %s was purged by %s"):format(seed, tag, purged))
        end
      end
      under_way[#under_way + 1] = { key = epoch, fetched = change,
        variant = math.random(2) }
    end

    local function header(fill)
      local names = ({ "a", "b", "a b", "" })[math.random(4)]
      fill.tags = tags.parse(names)
      local filled = { key = fill.key, fetched = fill.fetched .. "-0",
        tags = fill.tags }
      local merged
      if not entry and is_forgotten then
        merged = tags.after_forgetting(filled, epoch_of(nil), false)
      else
        merged = tags.merge(entry, filled)
      end
      entry = merged or entry
    end

    for _ = 1, 60 do
      local action = math.random(10)
      local fill = under_way[math.random(math.max(1, #under_way))]
      if action <= 4 then
        begin()
      elseif action <= 7 and fill and not fill.tags then
        header(fill)
      elseif action <= 8 and fill and fill.tags then
        cache[fill.key] = cache[fill.key] or {}
        cache[fill.key][fill.variant] = fill
        for i, other in ipairs(under_way) do
          if other == fill then
            table.remove(under_way, i)
            break
          end
        end
      elseif action == 9 then
        change = change + 1
        epochs.apply(compiled,
          { [math.random(2) == 1 and "t:a" or "t:b"] = change .. "-0" })
      elseif math.random(4) == 1 then
        entry, is_forgotten = nil, true
      end
    end
  end

  it("is never found", function()
    for seed = 1, 2000 do
      simulate(seed)
    end
  end)
end)
