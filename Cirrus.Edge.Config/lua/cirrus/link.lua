-- What the log reader knows about its link to Redis, for everybody.
local dict = ngx.shared.cirrus_link


local _M = {}


-- `sent` is when the question was sent whose answer has been applied: at that
-- time the node knew all there was to know.
function _M.up(sent)
  dict:set("contact", sent)
  dict:set("link", "up")
end


-- `asked` is when the attempt began that failed.
function _M.down(asked)
  dict:set("down", asked)
  dict:set("link", "down")
end


-- "up", "down", or nil while the first attempt is under way.
function _M.state()
  return dict:get("link")
end


-- When the attempt began that found the link down, or nil when it is not.
function _M.asked_in_vain()
  return dict:get("link") == "down" and dict:get("down") or nil
end


-- When the node last knew all there was to know (seconds), or nil.
function _M.contact()
  return dict:get("contact")
end


-- Names of domains that could not be stored, as text; nil when there is none.
function _M.problem()
  return dict:get("problem")
end


function _M.set_problem(text)
  if text then
    dict:set("problem", text)
  else
    dict:delete("problem")
  end
end


return _M
