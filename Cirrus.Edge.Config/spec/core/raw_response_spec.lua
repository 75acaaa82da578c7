local raw_response = require "cirrus.core.raw_response"


local CHUNKED = "Transfer-Encoding: chunked\r\n"


local function response(fields, body)
  return "HTTP/1.1 200 OK\r\n" .. fields .. "\r\n" .. body
end


describe("a response", function()
  it("has a status, fields and a body", function()
    local parsed = raw_response.parse(response(
      "Content-Length: 2\r\nLink: </a>\r\nlink:</b>\r\n", "ab"))
    assert.equal(200, parsed.status)
    assert.equal("ab", parsed.body)
    assert.same({ { "Content-Length", "2" }, { "Link", "</a>" },
      { "link", "</b>" } }, parsed.fields)
    assert.equal("</a>", parsed.values["link"])
  end)

  it("may come in chunks", function()
    local parsed = raw_response.parse(response(CHUNKED,
      "a\r\n0123456789\r\n2;x=y\r\nab\r\n0\r\n\r\n"))
    assert.equal("0123456789ab", parsed.body)
  end)

  it("may be empty", function()
    assert.equal("",
      raw_response.parse(response("Content-Length: 0\r\n", "")).body)
  end)

  for what, text in pairs({
    ["without an end of its head"] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
    ["with too short a body"] = response("Content-Length: 3\r\n", "ab"),
    ["without a length"] = response("ETag: x\r\n", "ab"),
    ["without its last chunk"] = response(CHUNKED, "2\r\nab\r\n"),
    ["with half a chunk"] = response(CHUNKED, "5\r\nab"),
    ["of something else"] = "+PONG\r\n\r\n",
  }) do
    it(what .. " is none", function()
      assert.is_nil(raw_response.parse(text))
    end)
  end
end)
