local stored_file = require "cirrus.core.stored_file"


local KEY = "1 0-0 http a.test/x"
local HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nLink: </a>\r\n" ..
  "link:</b>\r\n\r\n"


local function number(value)
  return string.char(value % 256, math.floor(value / 256))
end


-- With fields of the struct that nobody looks at as zeros.
local function file(with)
  with = with or {}
  local key, head = "\nKEY: " .. KEY .. "\n", with.head or HEAD
  local head_start = 336 + #key
  return string.char(with.version or 5) .. ("\0"):rep(53) ..
    number(head_start) .. number(head_start + #head) .. ("\0"):rep(129) ..
    string.char(with.variant and 15 or 0) .. ("\0"):rep(128) ..
    (with.variant or ("\0"):rep(16)) .. ("\0"):rep(4) .. key .. head .. "ab"
end


describe("a file of nginx's cache", function()
  it("has a status, fields and a body", function()
    local response = stored_file.parse(file())
    assert.equal(200, response.status)
    assert.equal("ab", response.body)
    assert.same({ { "Content-Length", "2" }, { "Link", "</a>" },
      { "link", "</b>" } }, response.fields)
    assert.equal("</a>", response.values["link"])
  end)

  it("is of one variant, or of none", function()
    assert.equal("0123456789abcdef",
      stored_file.variant(file({ variant = "0123456789abcdef" }), KEY))
    assert.equal("", stored_file.variant(file(), KEY))
  end)

  for what, text in pairs({
    ["under another key"] = (file():gsub("a%.test", "b.test")),
    ["under a longer key"] = (file():gsub("/x\n", "/xy\n")),
    ["of another nginx"] = file({ version = 6 }),
    ["that is cut off"] = file():sub(1, 100),
    ["that is empty"] = "",
  }) do
    it(what .. " is none", function()
      assert.is_nil(stored_file.variant(text, KEY))
    end)
  end

  it("without a head of HTTP is none", function()
    assert.is_nil(stored_file.parse(file({ head = "+PONG\r\n\r\n" })))
  end)
end)
