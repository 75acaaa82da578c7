local security_headers = require "cirrus.core.security_headers"


local function names(preset, cors)
  local found = {}
  for _, field in ipairs(security_headers.compile(preset, cors)) do
    found[field.name] = field.value
  end
  return found
end


describe("presets of security headers", function()
  it("are none unless they are asked for", function()
    assert.is_nil(security_headers.compile(nil))
    assert.is_nil(security_headers.compile("off"))
    assert.is_nil(security_headers.compile("other"))
  end)

  it("are what the documentation says", function()
    assert.are.same({
      ["X-Content-Type-Options"] = "nosniff",
      ["Referrer-Policy"] = "strict-origin-when-cross-origin",
      ["X-Frame-Options"] = "SAMEORIGIN",
    }, names("standard"))
    assert.are.equal("DENY", names("strict")["X-Frame-Options"])
  end)

  it("don't close what CORS opens", function()
    local field = "Cross-Origin-Resource-Policy"
    assert.are.equal("same-origin", names("strict")[field])
    assert.is_nil(names("strict", { origins = { "*" } })[field])
  end)
end)
