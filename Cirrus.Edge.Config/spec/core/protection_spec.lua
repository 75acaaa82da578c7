local protection = require "cirrus.core.protection"


local function compile(document)
  local domain = {}
  protection.compile(document, domain, function(expression)
    return expression ~= "("
  end)
  return domain
end


describe("protection", function()
  it("is nothing in a document without it", function()
    for _, document in ipairs({
      {}, { access = {}, limits = {}, headers = {}, redirects = {},
        rewrites = {}, securityHeaders = "off" },
      { access = { allow = {}, deny = {}, allowCountries = {},
        denyCountries = {}, signedUrls = {}, rateLimits = {} } },
      { maintenance = { enabled = false, allow = { "::/0" } } },
      { headers = { request = {}, response = {} } },
    }) do
      assert.are.same({ problems = {} }, compile(document))
    end
  end)

  it("asks for the URI and the country only where it needs them", function()
    local check = compile({ access = { deny = { "::/0" } } }).protection
    assert.is_falsy(check.needs_uri)
    assert.is_falsy(check.needs_country)
    check = compile({ access = { denyCountries = { "de" } } }).protection
    assert.are.same({ DE = true }, check.needs_country)
    assert.is_truthy(
      compile({ redirects = { { path = "/", to = "/x" } } })
        .protection.needs_uri)
  end)

  it("guards everything when it can't know what to guard", function()
    local domain = compile({ access = { signedUrls = { { path = "(" } } } })
    assert.is_nil(domain.protection.signed_urls[1].pattern)
    assert.are.equal("signed URLs of ( are asked for everywhere: " ..
      "not a regular expression", domain.problems[1])
  end)

  it("lets nobody in by a list of which nothing can be read", function()
    local domain = compile({ access = { allow = { "x" } } })
    assert.is_table(domain.protection.allow)
    assert.are.same({ "x is no network" }, domain.problems)
  end)

  it("goes without a rate limit that makes no sense", function()
    local domain = compile({ access = { rateLimits = {
      { requests = 0, seconds = 1 }, { requests = 1 },
      { requests = 1, seconds = 1, path = "(" },
      { requests = 2, seconds = 3, by = "header:X-Key" },
    } } })
    assert.are.equal(3, #domain.problems)
    local limit = domain.protection.rate_limits[1]
    assert.are.equal("X-Key", limit.header)
    assert.are.equal('"4";q=2;w=3', limit.policy)
  end)
end)
