local sealed_text = require "cirrus.core.sealed_text"


local NONCE, TAG = ("n"):rep(12), ("t"):rep(16)


-- Stands for base64: "!" is what can't be decoded.
local function decode(text)
  return not text:find("!") and text or nil
end


local function parse(text)
  return sealed_text.parse(text, decode)
end


describe("a sealed text", function()
  it("is told from a plain one", function()
    assert.is_true(sealed_text.is_sealed("sealed:v9:"))
    assert.is_false(sealed_text.is_sealed("-----BEGIN PRIVATE KEY-----"))
    assert.is_false(sealed_text.is_sealed(""))
  end)

  it("has the id of its key, a nonce, the ciphertext and a tag", function()
    assert.are.same(
      { id = "0123abcd", nonce = NONCE, ciphertext = "secret", tag = TAG },
      parse("sealed:v1:0123abcd:" .. NONCE .. "secret" .. TAG))
  end)

  it("may be of nothing", function()
    assert.are.equal("",
      parse("sealed:v1:0123abcd:" .. NONCE .. TAG).ciphertext)
  end)

  it("of another version is not read", function()
    assert.are.same({ nil, "sealed in an unknown format" },
      { parse("sealed:v2:0123abcd:" .. NONCE .. TAG) })
  end)

  it("that is damaged is not read", function()
    for _, text in ipairs {
      "sealed:v1:", "sealed:v1:0123abcd:", "sealed:v1:0123abcd:!",
      "sealed:v1:short:" .. NONCE .. TAG, "sealed:v1:0123abcd:" .. NONCE,
    } do
      assert.are.same({ nil, "sealed, but damaged" }, { parse(text) })
    end
  end)
end)
