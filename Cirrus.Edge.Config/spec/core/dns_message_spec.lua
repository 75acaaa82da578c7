local messages = require "cirrus.core.dns_message"


local A, AAAA = messages.A, messages.AAAA
local POINTER = "\192\12"


local function name(text)
  return text:gsub("([^.]+)%.?", function(label)
    return string.char(#label) .. label
  end) .. "\0"
end


local function u16(value)
  return string.char(math.floor(value / 256), value % 256)
end


local function record(owner, type, ttl, data, class)
  return owner .. u16(type) .. u16(class or 1) .. "\0\0" .. u16(ttl) ..
    u16(#data) .. data
end


local query = messages.query(258, "www.Example.test", A)


-- An answer to `query` with these records.
local function reply(records, flags, counts)
  return query:sub(1, 2) .. (flags or "\129\128") .. "\0\1" ..
    u16(counts or #records) .. "\0\0\0\0" .. query:sub(13) ..
    table.concat(records)
end


local function read(...)
  return messages.answer(reply(...), query)
end


describe("a query", function()
  it("is what RFC 1035 says", function()
    assert.are.equal("\1\2\1\0\0\1\0\0\0\0\0\0\3www\7Example\4test\0\0\1\0\1",
      query)
    assert.are.equal("\0\28\0\1", messages.query(1, "a.", AAAA):sub(-4))
  end)

  for _, text in ipairs({
    "", ".", "a..b", ".a", ("a"):rep(64), ("a."):rep(127) .. "a",
  }) do
    it(("can't be made for %q"):format(text:sub(1, 9)), function()
      assert.is_nil(messages.query(1, text, A))
    end)
  end
end)


describe("an answer", function()
  it("has addresses and the least time to live", function()
    local answer = read({
      record(POINTER, A, 60, "\1\2\3\4"), record(POINTER, A, 5, "\5\6\7\8"),
    })
    assert.are.same({ "\1\2\3\4", "\5\6\7\8" }, answer.addresses)
    assert.are.equal(5, answer.ttl)
    assert.are.equal(0, answer.rcode)
  end)

  it("has IPv6 addresses", function()
    local question = messages.query(1, "a.test", AAAA)
    local data = "\0\1\129\128\0\1\0\1\0\0\0\0" .. question:sub(13) ..
      record(POINTER, AAAA, 9, ("\1"):rep(16))
    assert.are.same({ ("\1"):rep(16) },
      messages.answer(data, question).addresses)
  end)

  it("is followed through aliases in any order and in any case", function()
    local answer = read({
      record(name("C.test"), A, 60, "\1\2\3\4"),
      record(name("b.test"), 5, 7, name("c.TEST")),
      record(POINTER, 5, 60, name("B.test")),
    })
    assert.are.same({ "\1\2\3\4" }, answer.addresses)
    assert.are.equal(7, answer.ttl)
  end)

  it("says nothing by records of other names, types and classes", function()
    local answer = read({
      record(name("evil.test"), A, 60, "\1\2\3\4"),
      record(POINTER, AAAA, 60, ("\1"):rep(16)),
      record(POINTER, A, 60, "\1\2\3\4", 3), record(POINTER, A, 60, "\1\2\3"),
    })
    assert.are.same({}, answer.addresses)
  end)

  it("ends when aliases go round", function()
    local answer = read({
      record(POINTER, 5, 60, name("b.test")),
      record(name("b.test"), 5, 60, POINTER),
    })
    assert.are.same({}, answer.addresses)
  end)

  it("may be an error or cut short", function()
    assert.are.equal(3, read({}, "\129\131").rcode)
    assert.are.equal(2, read({}, "\129\130").rcode)
    assert.is_true(read({}, "\131\128").is_truncated)
  end)
end)


describe("no answer to the query is", function()
  local good = reply({ record(POINTER, A, 60, "\1\2\3\4") })
  local function with(at, octets)
    return good:sub(1, at - 1) .. octets .. good:sub(at + #octets)
  end
  for what, data in pairs({
    ["nothing"] = "",
    ["another id"] = with(1, "\9"),
    ["a query"] = query,
    ["another operation"] = with(3, "\161"),
    ["two questions"] = with(6, "\2"),
    ["another name"] = with(14, "x"),
    ["another type"] = with(#query - 2, "\28"),
    ["another class"] = with(#query, "\3"),
    ["more records than there are"] = with(8, "\2"),
    ["a name that points at itself"] =
      reply({ record("\192" .. string.char(#query), A, 60, "\1\2\3\4") }),
    ["a name that points on"] =
      reply({ record("\192\255", A, 60, "\1\2\3\4") }),
    ["a label of an unknown kind"] =
      reply({ record("\64a\0", A, 60, "\1\2\3\4") }),
    ["a name that is too long"] =
      reply({ record(("\1a"):rep(130) .. "\0", A, 60, "\1\2\3\4") }),
    ["an alias that ends after its record"] =
      reply({ record(POINTER, 5, 60, "\9abc") }),
  }) do
    it(what, function()
      assert.is_nil(messages.answer(data, query))
    end)
  end

  it("any part of one", function()
    for length = 0, #good - 1 do
      assert.is_nil(messages.answer(good:sub(1, length), query))
    end
  end)

  it("noise, which does no harm", function()
    math.randomseed(1)
    for _ = 1, 20000 do
      local at = math.random(#query + 1, #good)
      local data = with(at, string.char(math.random(0, 255)))
      local answer = messages.answer(data, query)
      assert.is_true(answer == nil or #answer.addresses <= 1)
    end
  end)
end)
