local signed_url = require "cirrus.core.signed_url"


-- Stands for the digest; the real one is tested from outside.
local function hmac(key, text)
  return key == "k" and "<" .. text .. ">" or nil
end


local function check(uri, now)
  local plain, signed = signed_url.parse(uri)
  local ok, why = signed_url.check("a.test", plain, signed, now or 50, hmac)
  return ok, why, plain
end


local function signature(scope)
  return "cirrus-expires=100&cirrus-key=k&cirrus-signature=" ..
    ("<cirrus-v1\na.test\n100\n" .. scope .. ">"):gsub("[\n /?&=]",
      function(letter) return ("%%%02X"):format(letter:byte()) end)
end


describe("a signed URL", function()
  it("is good for its path and query", function()
    local ok, _, plain = check("/a?b=1&" .. signature("uri /a?b=1"))
    assert.is_true(ok)
    assert.are.equal("/a?b=1", plain)
    ok, _, plain = check("/a?" .. signature("uri /a"))
    assert.is_true(ok)
    assert.are.equal("/a", plain)
    ok, _, plain = check("/a?b=1&" .. signature("uri /a?b=1&c=2") .. "&c=2")
    assert.is_true(ok)
    assert.are.equal("/a?b=1&c=2", plain)
  end)

  it("is bad for anything else", function()
    local wrong = "The URL's signature is wrong."
    for _, uri in ipairs({
      "/b?b=1&", "/a?b=2&", "/a?", "/a?b=1&c=2&", "/a?c=2&b=1&",
      "/a?b=1&cirrus-key=k&", "/a?b=1&cirrus-prefix=/&",
    }) do
      local ok, why = check(uri .. signature("uri /a?b=1"))
      assert.is_false(ok, uri)
      assert.are.equal(wrong, why)
    end
    local ok, why = check("/a?cirrus-expires=100&cirrus-key=other&" ..
      "cirrus-signature=x")
    assert.is_false(ok)
    assert.are.equal(wrong, why)
    ok = check("/a?cirrus-expires=1e9&cirrus-key=k&cirrus-signature=x")
    assert.is_false(ok)
  end)

  it("may be good for a prefix, in either spelling", function()
    for _, prefix in ipairs({ "/v/1/", "%2Fv%2F1%2F", "/v/%2531/" }) do
      assert.is_true((check("/v/1/x?y=1&cirrus-prefix=" .. prefix .. "&" ..
        signature("prefix /v/1/"))))
    end
    local ok, why = check("/v/2/x?cirrus-prefix=/v/1/&" ..
      signature("prefix /v/1/"))
    assert.is_false(ok)
    assert.are.equal("The URL's signature is for another path.", why)
  end)

  it("is for no path that origins may read as one without the prefix",
    function()
      for path, is_good in pairs({
        ["/v/1/..%2F2"] = false, ["/v/1/..%5C2"] = false,
        ["/v/1/..;/2"] = false, ["/v/1/%252E"] = true, ["/v/1/a;b=1"] = true,
        ["/v/1//x"] = true, ["/v/1/x%2Fy"] = true,
      }) do
        assert.are.equal(is_good, (check(path .. "?cirrus-prefix=/v/1/&" ..
          signature("prefix /v/1/"))), path)
      end
    end)

  it("ends", function()
    assert.is_true((check("/a?" .. signature("uri /a"), 100)))
    local ok, why = check("/a?" .. signature("uri /a"), 101)
    assert.is_false(ok)
    assert.are.equal("The URL has expired.", why)
  end)

  it("has all of its parameters", function()
    for _, uri in ipairs({
      "/a", "/a?b=1", "/a?cirrus-expires=100&cirrus-key=k",
      "/a?cirrus-signature=x&cirrus-key=k",
    }) do
      local ok, why = check(uri)
      assert.is_false(ok)
      assert.are.equal("The URL is not signed.", why)
    end
  end)
end)


describe("comparing", function()
  it("is exact", function()
    assert.is_true(signed_url.is_equal("abc", "abc"))
    assert.is_false(signed_url.is_equal("abc", "abd"))
    assert.is_false(signed_url.is_equal("abc", "abcd"))
    assert.is_true(signed_url.is_equal("", ""))
  end)
end)
