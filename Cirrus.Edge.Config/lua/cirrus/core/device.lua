-- The kind of device that a User-Agent names: mobile, tablet or desktop.
local _M = {}


local TABLETS = { "iPad", "Tablet", "Kindle", "Silk/", "PlayBook" }
local MOBILES = {
  "iPhone", "iPod", "Mobi", "Windows Phone", "BlackBerry", "Opera Mini",
}


local function has_one(text, words)
  for _, word in ipairs(words) do
    if text:find(word, 1, true) then
      return true
    end
  end
  return false
end


function _M.kind(user_agent)
  if has_one(user_agent, TABLETS) then
    return "tablet"
  elseif has_one(user_agent, MOBILES) then
    return "mobile"
  elseif user_agent:find("Android", 1, true) then
    -- Android's phones say "Mobile".
    return "tablet"
  end
  return "desktop"
end


return _M
