local rendezvous = require "cirrus.core.rendezvous"


local function unhex(text)
  return (text:gsub("%x%x", function(pair)
    return string.char(tonumber(pair, 16))
  end))
end


local function vectors()
  local cases = {}
  for line in io.lines("spec/vectors/rendezvous.tsv") do
    local name, id, weight, name_hash, id_hash, score =
      line:match("^([^#\t]+)\t(%S+)\t(%d+)\t(%x+)\t(%x+)\t(%S+)$")
    if name then
      cases[#cases + 1] = {
        name = name, id = id, weight = tonumber(weight),
        number = rendezvous.number(unhex(name_hash)),
        mixed = rendezvous.mixed(unhex(id_hash)), score = tonumber(score),
      }
    end
  end
  return cases
end


describe("rendezvous hashing", function()
  it("has the scores that the control plane has", function()
    local cases = vectors()
    assert.is_true(#cases >= 100)
    for _, case in ipairs(cases) do
      assert.near(case.score,
        rendezvous.score(case.number, case.mixed, case.weight),
        case.score * 1e-12)
    end
  end)

  it("chooses the node with the highest score", function()
    local by_name = {}
    for _, case in ipairs(vectors()) do
      by_name[case.name] = by_name[case.name] or {}
      table.insert(by_name[case.name], case)
    end
    for _, nodes in pairs(by_name) do
      local best = rendezvous.best(nodes[1].number, nodes)
      for _, node in ipairs(nodes) do
        assert.is_true(node.score <= best.score)
      end
    end
    assert.is_nil(rendezvous.best({ 0, 0, 0, 0 }, {}))
  end)

  it("goes by the id when two are the same", function()
    local nodes = {
      { id = "b", weight = 1, mixed = { 1, 2, 3, 4 } },
      { id = "a", weight = 1, mixed = { 1, 2, 3, 4 } },
    }
    assert.are.equal("a", rendezvous.best({ 5, 6, 7, 8 }, nodes).id)
  end)
end)
