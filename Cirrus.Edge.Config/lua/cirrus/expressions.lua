-- Regular expressions of documents, each compiled once in a worker while there
-- is room for it.
local re2 = require "cirrus.re2"
local second_chance = require "cirrus.core.second_chance"


local _M = {}


-- What all of them together may take of a worker's memory (octets), and one
-- that can't be used.
local MAX_MEMORY, UNUSABLE = 536870912, 1024


local compiled = {}


local function drop(expression)
  compiled[expression.text] = nil
  if expression.re2 then
    re2.free(expression.re2)
  end
end


local kept = second_chance.new(MAX_MEMORY, drop)


-- Returns what is good until the next call, nil for one that can't be used.
local function compile(text)
  local expression = compiled[text]
  if not expression then
    local made, size = re2.compile(text)
    expression = { text = text, re2 = made, size = made and size or UNUSABLE }
    compiled[text] = expression
    kept:add(expression)
  end
  expression.used = true
  return expression.re2
end


function _M.is_valid(expression)
  return compile(expression) ~= nil
end


-- Whether a valid expression has a match anywhere in the text.
function _M.finds(text, expression)
  return re2.finds(compile(expression), text)
end


-- What a valid expression captures of the text, or nil.
function _M.match(text, expression)
  return re2.captures(compile(expression), text)
end


return _M
