-- Regular expressions of documents, by PCRE, each compiled once in a worker.
local re_match = ngx.re.match


local _M = {}


-- Returns captures, or nil and what went wrong, if anything.
function _M.match(text, expression)
  return re_match(text, expression, "jo")
end


return _M
