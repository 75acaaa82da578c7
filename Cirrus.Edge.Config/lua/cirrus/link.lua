-- What the log reader knows about its link to Redis, for everybody.
local dict = ngx.shared.cirrus_link


local _M = {}


local KINDS = { "domains", "certificates", "disk" }


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


-- For what there is no room, in words; nil when there is for all. Of one kind,
-- or of any.
function _M.problem(kind)
  if kind then
    return dict:get("problem." .. kind)
  end
  local texts = {}
  for _, each in ipairs(KINDS) do
    texts[#texts + 1] = dict:get("problem." .. each)
  end
  return texts[1] and table.concat(texts, ", ")
end


function _M.set_problem(kind, text)
  if text then
    dict:set("problem." .. kind, text)
  else
    dict:delete("problem." .. kind)
  end
end


return _M
