-- HTTP dates (RFC 9110, section 5.6.7), strictly: the preferred form and the
-- two obsolete ones, in GMT only. What merely looks like a date is none.
local floor = math.floor


local _M = {}


local MONTHS = {
  Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6,
  Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12,
}
local DAYS = "Mon Tue Wed Thu Fri Sat Sun"
local MONTH_NAMES = {
  "Jan", "Feb", "Mar", "Apr", "May", "Jun",
  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
}
local WEEKDAYS = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" }


-- Days since 1970 of a date in the proleptic Gregorian calendar.
local function days(year, month, day)
  if month <= 2 then
    year, month = year - 1, month + 12
  end
  return 365 * year + floor(year / 4) - floor(year / 100) + floor(year / 400)
    + floor((153 * month - 457) / 5) + day - 719469
end


local function seconds(year, month, day, hour, minute, second)
  month = MONTHS[month]
  year, day = tonumber(year), tonumber(day)
  hour, minute, second = tonumber(hour), tonumber(minute), tonumber(second)
  if not month or day < 1 or day > 31 or hour > 23 or minute > 59
    or second > 60 then
    return nil
  end
  return days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
end


local function is_day(name)
  return #name == 3 and DAYS:find(name, 1, true) ~= nil
end


-- Of the form with two digits: a year over 50 years ahead is a past one.
local function full_year(digits, now)
  local year = 2000 + tonumber(digits)
  local this = 1970 + floor(now / 31556952)
  return year > this + 50 and year - 100 or year
end


-- Seconds since 1970, or nil. `now` settles years of two digits.
function _M.parse(text, now)
  local name, day, month, year, hour, minute, second = text:match(
    "^(%a+), (%d%d) (%a+) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT$")
  if name then
    return is_day(name) and seconds(year, month, day, hour, minute, second)
      or nil
  end
  name, day, month, year, hour, minute, second = text:match(
    "^(%a+)day, (%d%d)%-(%a+)%-(%d%d) (%d%d):(%d%d):(%d%d) GMT$")
  if name then
    return seconds(full_year(year, now), month, day, hour, minute, second)
  end
  name, month, day, hour, minute, second, year = text:match(
    "^(%a+) (%a+) ([ %d]%d) (%d%d):(%d%d):(%d%d) (%d%d%d%d)$")
  if name then
    return is_day(name) and seconds(year, month, day, hour, minute, second)
      or nil
  end
  return nil
end


-- The preferred form.
function _M.format(time)
  local day = floor(time / 86400)
  local rest = time - day * 86400
  local shifted = day + 719468
  local era = floor(shifted / 146097)
  local of_era = shifted - era * 146097
  local year_of_era = floor((of_era - floor(of_era / 1460)
    + floor(of_era / 36524) - floor(of_era / 146096)) / 365)
  local of_year = of_era - (365 * year_of_era + floor(year_of_era / 4)
    - floor(year_of_era / 100))
  local part = floor((5 * of_year + 2) / 153)
  local month = part < 10 and part + 3 or part - 9
  local year = year_of_era + era * 400 + (month <= 2 and 1 or 0)
  return ("%s, %02d %s %04d %02d:%02d:%02d GMT"):format(
    WEEKDAYS[day % 7 + 1], of_year - floor((153 * part + 2) / 5) + 1,
    MONTH_NAMES[month], year, floor(rest / 3600), floor(rest % 3600 / 60),
    rest % 60)
end


return _M
