local address_text = require "cirrus.core.address_text"
local networks = require "cirrus.core.networks"
local policy = require "cirrus.core.address_policy"


local function is_allowed(text, allowed)
  return policy.is_allowed(address_text.parse(text),
    assert(networks.parse(allowed or "")))
end


describe("without allowed networks", function()
  for _, text in ipairs({
    "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0",
    "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.0.0",
    "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.1",
    "192.0.2.1", "192.168.0.0", "192.168.255.255", "198.18.0.1",
    "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.255", "240.0.0.0", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "fc00::1", "fd00:ec2::254", "fdff::1",
    "fe80::1", "febf::1", "fec0::1", "ff02::1", "2001:db8::1", "2001::1",
    "3fff::1", "100::1", "64:ff9b:1::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "::ffff:0:10.0.0.1",
    "2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:c0a8:101::1",
  }) do
    it(("%s is refused"):format(text), function()
      assert.is_false(is_allowed(text))
    end)
  end

  for _, text in ipairs({
    "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0",
    "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
    "198.17.255.255", "198.20.0.0", "223.255.255.255",
    "2606:4700::1111", "2a00::1", "2001:200::1", "2400::1",
    "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1",
  }) do
    it(("%s is allowed"):format(text), function()
      assert.is_true(is_allowed(text))
    end)
  end
end)


describe("allowed networks", function()
  local cases = {
    { "127.0.0.1", "127.0.0.1/32", true },
    { "127.0.0.2", "127.0.0.1/32", false },
    { "127.0.0.2", "10.0.0.0/8, 127.0.0.0/8", true },
    { "10.1.2.3", "10.0.0.0/15", true },
    { "10.2.0.0", "10.0.0.0/15", false },
    { "10.1.2.3", "10.9.9.9/8", true },
    { "169.254.169.254", "0.0.0.0/0", true },
    { "::1", "0.0.0.0/0", false },
    { "::1", "::1/128", true },
    { "fd12::1", "fc00::/7", true },
    { "fe80::1", "fc00::/7", false },
    { "::ffff:127.0.0.1", "127.0.0.0/8", true },
    { "::ffff:127.0.0.1", "10.0.0.0/8", false },
    { "1.1.1.1", "10.0.0.0/8", true },
  }
  for _, case in ipairs(cases) do
    it(("%s with %s: %s"):format(case[1], case[2], tostring(case[3])),
      function()
        assert.are.equal(case[3], is_allowed(case[1], case[2]))
      end)
  end
end)
