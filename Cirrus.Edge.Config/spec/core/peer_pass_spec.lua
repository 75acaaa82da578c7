local passes = require "cirrus.core.peer_pass"


local function sign(text)
  local sum = 7
  for i = 1, #text do
    sum = (sum * 31 + text:byte(i)) % 16777213
  end
  return ("%06x"):format(sum)
end


describe("a node's pass", function()
  local request = { to = "b", scheme = "http", host = "h.test", uri = "/a?b" }
  local text = passes.write({ time = 1000, from = "a", change = "5-1" },
    request, sign)

  it("is good for its request, for a while", function()
    local pass = passes.read(text, request, 1030, sign)
    assert.are.same({ time = 1000, from = "a", change = "5-1" }, pass)
    assert.is_table(passes.read(text, request, 970, sign))
    assert.is_nil(passes.read(text, request, 1031, sign))
    assert.is_nil(passes.read(text, request, 969, sign))
  end)

  it("is good for no other request", function()
    for name in pairs(request) do
      local other = {}
      for key, value in pairs(request) do
        other[key] = key == name and value .. "x" or value
      end
      assert.is_nil(passes.read(text, other, 1000, sign))
    end
  end)

  it("can't be changed", function()
    for i = 1, #text do
      local changed = text:sub(1, i - 1) ..
        (text:sub(i, i) == "1" and "2" or "1") .. text:sub(i + 1)
      assert.is_nil(passes.read(changed, request, 1000, sign))
    end
    assert.is_nil(passes.read("", request, 1000, sign))
    assert.is_nil(passes.read("1000 a 5-1 ", request, 1000, sign))
  end)

  it("is worth nothing without the secret", function()
    assert.is_nil(passes.read(text, request, 1000, function(data)
      return sign("another" .. data)
    end))
  end)
end)
