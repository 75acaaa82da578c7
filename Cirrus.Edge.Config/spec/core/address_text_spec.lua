local address_text = require "cirrus.core.address_text"


describe("an address", function()
  for text, formatted in pairs({
    ["192.0.2.1"] = "192.0.2.1",
    ["0.0.0.0"] = "0.0.0.0",
    ["::"] = "[0:0:0:0:0:0:0:0]",
    ["::1"] = "[0:0:0:0:0:0:0:1]",
    ["1::"] = "[1:0:0:0:0:0:0:0]",
    ["2001:DB8::a:0"] = "[2001:db8:0:0:0:0:a:0]",
    ["1:2:3:4:5:6:7:8"] = "[1:2:3:4:5:6:7:8]",
    ["1:2:3:4:5:6:7::"] = "[1:2:3:4:5:6:7:0]",
    ["::ffff:192.0.2.1"] = "[0:0:0:0:0:ffff:c000:201]",
    ["1:2:3:4:5:6:192.0.2.1"] = "[1:2:3:4:5:6:c000:201]",
  }) do
    it(("%s is read"):format(text), function()
      assert.are.equal(formatted, address_text.format(address_text.parse(text)))
    end)
  end

  for _, text in ipairs({
    "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.1000", "1.2.3.4 ",
    ":", ":::", "1:2", "1:2:3:4:5:6:7:8:9", "1::2::3", "1:2:3:4:5:6:7:8::",
    "12345::", "g::", "fe80::1%eth0", "[::1]", "::1.2.3", "::1.2.3.256",
    ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "0x7f.0.0.1",
  }) do
    it(("%q is none"):format(text), function()
      assert.is_nil(address_text.parse(text))
    end)
  end
end)
