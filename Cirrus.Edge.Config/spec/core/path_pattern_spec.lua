local path_pattern = require "cirrus.core.path_pattern"


local function is_valid(expression)
  return expression ~= "("
end


local function match(path, expression)
  local captured = path:match(expression)
  return captured and { captured }
end


describe("a path pattern", function()
  it("is for all paths when there is none", function()
    assert.is_nil(path_pattern.compile(nil, is_valid))
    assert.is_true(path_pattern.is_match(nil, "/a", match))
  end)

  it("is a prefix in canonical form", function()
    local pattern = path_pattern.compile("/%61/b", is_valid)
    assert.are.same({ rest = "c" },
      path_pattern.captures(pattern, "/a/bc", match))
    assert.is_nil(path_pattern.captures(pattern, "/a", match))
    assert.is_true(path_pattern.is_match(pattern, "/a/b", match))
  end)

  it("is an expression otherwise", function()
    local pattern = path_pattern.compile("^/(%d+)$", is_valid)
    assert.are.same({ "42" }, path_pattern.captures(pattern, "/42", match))
    assert.is_false(path_pattern.is_match(pattern, "/x", match))
  end)

  it("may match what a less strict origin reads as such a path", function()
    local prefix = path_pattern.compile("/a,b/", is_valid)
    local expression = path_pattern.compile("^/a,b/%d", is_valid)
    for _, path in ipairs({
      "/a,b/1", "//a,b/1", "/a%2Cb/1", "/x/..;/a,b/1",
    }) do
      assert.is_true(path_pattern.may_match(prefix, path, match))
      assert.is_true(path_pattern.may_match(expression, path, match))
    end
    assert.is_false(path_pattern.may_match(prefix, "/x//a,b/1", match))
    assert.is_false(path_pattern.may_match(expression, "/a,b//x", match))
    assert.is_true(path_pattern.may_match(nil, "//a", match))
  end)

  it("matches nothing and says so when it can't be used", function()
    local pattern = path_pattern.compile("(", is_valid)
    local is_match, problem = path_pattern.is_match(pattern, "/x", match)
    assert.is_false(is_match)
    assert.are.equal("not a regular expression", problem)
  end)
end)
