-- Regular expressions of documents, each compiled once in a worker.
local lrucache = require "resty.lrucache"
local re2 = require "cirrus.re2"


local _M = {}


local compiled = lrucache.new(1000)


local function compile(expression)
  local found = compiled:get(expression)
  if found == nil then
    found = re2.compile(expression) or false
    compiled:set(expression, found)
  end
  return found
end


function _M.is_valid(expression)
  return compile(expression) ~= false
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
