local dictionary = require "cirrus.core.structured_dictionary"


describe("a dictionary", function()
  it("has items of all kinds, with parameters", function()
    local members = dictionary.parse(
      'a=1, b=-2.5;x=1;y, c="q\\"s, t", d=token/1,e, f=?0,\tg=:YQ==:')
    assert.are.same({ 1, "number" }, members.a)
    assert.are.same({ -2.5, "number" }, members.b)
    assert.are.same({ 'q\\"s, t', "string" }, members.c)
    assert.are.same({ "token/1", "token" }, members.d)
    assert.are.same({ true, "boolean" }, members.e)
    assert.are.same({ false, "boolean" }, members.f)
    assert.are.same({ ":YQ==:", "token" }, members.g)
  end)

  it("may be empty", function()
    assert.are.same({}, dictionary.parse(""))
    assert.are.same({}, dictionary.parse("  "))
  end)

  it("is void as a whole when a part is malformed", function()
    for _, text in ipairs({
      "a=1, &", "a=1,", ",a", "a=", 'a="b', 'a="b\\c"', "A=1", "a==1", "a 1",
      "a;=1", "a=?2", "a=1 b=2",
    }) do
      assert.is_nil(dictionary.parse(text), text)
    end
  end)
end)
