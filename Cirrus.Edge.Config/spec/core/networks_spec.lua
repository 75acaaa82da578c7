local address_text = require "cirrus.core.address_text"
local networks = require "cirrus.core.networks"


local function contains(list, address)
  return networks.contains(networks.compile(list, {}),
    assert(address_text.parse(address)))
end


describe("a set of networks", function()
  it("is none without a list", function()
    assert.is_nil(networks.compile(nil, {}))
  end)

  it("contains the addresses of its networks and no others", function()
    local list = {
      "192.0.2.0/24", "198.51.100.130/25", "203.0.113.7", "2001:db8::/33",
    }
    for _, address in ipairs({
      "192.0.2.0", "192.0.2.255", "198.51.100.128", "198.51.100.255",
      "203.0.113.7", "2001:db8::1", "2001:db8:7fff::1",
    }) do
      assert.is_true(contains(list, address), address)
    end
    for _, address in ipairs({
      "192.0.1.255", "192.0.3.0", "198.51.100.127", "203.0.113.6",
      "2001:db8:8000::1", "::1", "0.0.0.0",
    }) do
      assert.is_false(contains(list, address), address)
    end
  end)

  it("may be all of a family", function()
    assert.is_true(contains({ "0.0.0.0/0" }, "203.0.113.1"))
    assert.is_false(contains({ "0.0.0.0/0" }, "2001:db8::1"))
    assert.is_true(contains({ "::/0" }, "2001:db8::1"))
    assert.is_false(contains({ "::/0" }, "203.0.113.1"))
  end)

  it("takes an IPv4 address in IPv6 for what it is", function()
    assert.is_true(contains({ "192.0.2.0/24" }, "::ffff:192.0.2.1"))
    assert.is_true(contains({ "::ffff:192.0.2.0/120" }, "192.0.2.1"))
    assert.is_false(contains({ "::ffff:192.0.2.0/120" }, "192.0.3.1"))
  end)

  it("tells what is no network and goes without it", function()
    local problems = {}
    local set = networks.compile({
      "192.0.2.0/33", "x", "2001:db8::/129", "192.0.2.0/24/8", 7, "10.0.0.0/8",
    }, problems)
    assert.are.equal(5, #problems)
    assert.is_true(networks.contains(set, address_text.parse("10.1.2.3")))
    assert.is_false(networks.contains(set, address_text.parse("192.0.2.1")))
  end)

  it("agrees with comparing bit by bit", function()
    math.randomseed(7)
    local function bits(address)
      return (address:gsub(".", function(octet)
        local text, value = "", octet:byte()
        for i = 7, 0, -1 do
          text = text .. math.floor(value / 2 ^ i) % 2
        end
        return text
      end))
    end
    for _ = 1, 500 do
      local size = math.random(2) == 1 and 4 or 16
      local octets = {}
      for i = 1, size do
        octets[i] = string.char(math.random(0, 255))
      end
      local network = table.concat(octets)
      local place = math.random(size)
      octets[place] = string.char(math.random(0, 255))
      local address = table.concat(octets)
      local length = math.random(0, size * 8)
      local cidr = address_text.format(network):gsub("[%[%]]", "") .. "/" ..
        length
      assert.are.equal(
        bits(network):sub(1, length) == bits(address):sub(1, length),
        networks.contains(networks.compile({ cidr }, {}), address), cidr)
    end
  end)
end)


describe("networks in a text", function()
  it("have commas or spaces between them", function()
    local set = networks.parse(" 10.0.0.0/8,192.0.2.1, ::1/128 fc00::/7")
    for address, expected in pairs({
      ["10.1.2.3"] = true, ["192.0.2.1"] = true, ["192.0.2.2"] = false,
      ["::1"] = true, ["fd00::1"] = true, ["::2"] = false,
    }) do
      assert.are.equal(expected,
        networks.contains(set, address_text.parse(address)), address)
    end
  end)

  it("may be none", function()
    assert.is_false(networks.contains(networks.parse(" "),
      address_text.parse("10.0.0.1")))
  end)

  for _, cidr in ipairs({
    "10.0.0.0/33", "10.0.0/8", "256.0.0.0/8", "::/129", "x/8", "10.0.0.0/-1",
    "10.0.0.0/8/8", "fe80::%1/10", "1::2::3/8",
  }) do
    it("name the one that is none: " .. cidr, function()
      local set, problem = networks.parse("::1/128 " .. cidr)
      assert.is_nil(set)
      assert.are.equal(cidr .. " is no network", problem)
    end)
  end
end)


describe("a client", function()
  it("is an IPv4 address, or the first half of an IPv6 one", function()
    local function client(text)
      return networks.client(address_text.parse(text))
    end
    assert.are.equal(client("2001:db8::1"), client("2001:db8::2:1"))
    assert.are_not.equal(client("2001:db8::1"), client("2001:db8:0:1::1"))
    assert.are.equal(client("192.0.2.1"), client("::ffff:192.0.2.1"))
    assert.are_not.equal(client("192.0.2.1"), client("192.0.2.2"))
  end)
end)
