-- Writes the arguments from the given one on, pairs of field and value, over those of a hash; an empty value takes its field away.
local function put_fields(hash, first)
  for i = first, #ARGV, 2 do
    if ARGV[i + 1] == '' then
      redis.call('HDEL', hash, ARGV[i])
    else
      redis.call('HSET', hash, ARGV[i], ARGV[i + 1])
    end
  end
end
