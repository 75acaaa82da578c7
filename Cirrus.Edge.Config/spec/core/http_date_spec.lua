local http_date = require "cirrus.core.http_date"


local NOW = 1700000000


describe("dates", function()
  it("are read in the three forms of HTTP", function()
    for _, text in ipairs({
      "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
      "Sun Nov  6 08:49:37 1994",
    }) do
      assert.are.equal(784111777, http_date.parse(text, NOW), text)
    end
  end)

  it("with a year of two digits are at most fifty years ahead", function()
    assert.are.equal(http_date.parse("Thu, 18 Aug 2050 02:01:18 GMT", NOW),
      http_date.parse("Thursday, 18-Aug-50 02:01:18 GMT", NOW))
  end)

  it("are none in any other form", function()
    for _, text in ipairs({
      "", "0", "Thu, 18 Aug 2050 02:01:18 UTC", "Thu, 18 Aug 2050 02:01:18",
      "Thu, 18 Aug 2050 2:01:18 GMT", "Thu, 18 Foo 2050 02:01:18 GMT",
      "Thu, 32 Aug 2050 02:01:18 GMT", "Thu, 18 Aug 2050 25:01:18 GMT",
      "Xxx, 18 Aug 2050 02:01:18 GMT", "Thu, 18 Aug 2050 02:01:18 GMT, x",
    }) do
      assert.is_nil(http_date.parse(text, NOW), text)
    end
  end)

  it("are written so that they are read again", function()
    for _, time in ipairs({ 0, 951782400, 951868799, 4102444800 }) do
      assert.are.equal(time, http_date.parse(http_date.format(time), NOW))
    end
    assert.are.equal("Sun, 06 Nov 1994 08:49:37 GMT",
      http_date.format(784111777))
  end)
end)
