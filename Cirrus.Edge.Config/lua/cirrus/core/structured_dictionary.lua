-- Dictionaries of RFC 8941, section 3.2, as far as fields like
-- CDN-Cache-Control (RFC 9213) need them: items without inner lists.
local _M = {}


local KEY = "^([%l*][%l%d_%-.*]*)()"
local ITEMS = {
  { "^(%-?%d+%.%d+)()", tonumber },
  { "^(%-?%d+)()", tonumber },
  { "^([%a*][%w:/!#$%%&'*+.^_`|~%-]*)()", tostring },
  { "^%?([01])()", function(digit) return digit == "1" end },
  { '^(:[%w+/=]*:)()', tostring },
}


-- Returns value, kind and position; nil when there is no item.
local function read_item(text, at)
  if text:sub(at, at) == '"' then
    local position = at + 1
    while true do
      local letter = text:sub(position, position)
      if letter == "" or letter:find("[^\32-\126]") then
        return nil
      elseif letter == "\\" then
        if not text:find('^["\\]', position + 1) then
          return nil
        end
        position = position + 2
      elseif letter == '"' then
        return text:sub(at + 1, position - 1), "string", position + 1
      else
        position = position + 1
      end
    end
  end
  for i, item in ipairs(ITEMS) do
    local found, after = text:match(item[1], at)
    if found then
      return item[2](found), i <= 2 and "number" or i == 4 and "boolean"
        or "token", after
    end
  end
  return nil
end


local function skip_parameters(text, at)
  while text:sub(at, at) == ";" do
    local _, after = text:match(KEY, text:match("^; *()", at))
    if not after then
      return nil
    end
    at = after
    if text:sub(at, at) == "=" then
      local value, _, behind = read_item(text, at + 1)
      if value == nil then
        return nil
      end
      at = behind
    end
  end
  return at
end


-- Returns members by key, each { value, kind }; nil when the field is
-- malformed, which makes all of it void.
function _M.parse(text)
  local members = {}
  local at = text:match("^ *()")
  while at <= #text do
    local key, after = text:match(KEY, at)
    if not key then
      return nil
    end
    local value, kind = true, "boolean"
    at = after
    if text:sub(at, at) == "=" then
      value, kind, at = read_item(text, at + 1)
      if value == nil then
        return nil
      end
    end
    members[key] = { value, kind }
    at = skip_parameters(text, at)
    if not at then
      return nil
    end
    at = text:match("^[ \t]*()", at)
    if at > #text then
      break
    end
    at = text:match("^,[ \t]*()", at)
    if not at or at > #text then
      return nil
    end
  end
  return members
end


return _M
