-- What is deleted leaves its last revision for 30 days, and one that comes back under its name goes on counting from there: a condition on a
-- revision of a former life must not hold in a later one.
local FORMER_SECONDS = 30 * 24 * 3600


local function keep_former(key, revision)
  redis.call('SET', key, revision, 'EX', FORMER_SECONDS)
end


-- 0 where nothing was.
local function former_revision(key)
  return tonumber(redis.call('GET', key) or 0)
end
