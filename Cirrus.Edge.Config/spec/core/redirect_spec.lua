local redirect = require "cirrus.core.redirect"


describe("a redirect to HTTPS", function()
  it("keeps the method", function()
    assert.are.equal(301, redirect.status("GET"))
    assert.are.equal(301, redirect.status("HEAD"))
    assert.are.equal(308, redirect.status("POST"))
  end)

  it("keeps host, path and query", function()
    assert.are.equal("https://www.a.test/a%20b?c=/d",
      redirect.location("www.a.test", "443", "/a%20b?c=/d"))
  end)

  it("names another port than HTTPS's own", function()
    assert.are.equal("https://a.test:8443/",
      redirect.location("a.test", "8443", "/"))
  end)
end)
