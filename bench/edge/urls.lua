-- What wrk asks an edge for. After `--`: "spread" and a number of domains (the same path at each of them, in turn), or "unique" and a word (another URL
-- each time; the word keeps runs apart), or "unique100k", or "unique_passed" (what is not to be stored).
local FOLDERS = { unique = "/assets/u/", unique100k = "/assets/U/", unique_passed = "/passed/" }
local what, argument
local position = 0
local requests = {}


function init(args)
  what, argument = args[1], args[2]
  if what == "spread" then
    for i = 1, tonumber(argument) do
      requests[i] = wrk.format("GET", nil, { Host = ("d%06d.bench.test"):format(i - 1) })
    end
  end
end


function request()
  position = position + 1
  if what == "spread" then
    if position > #requests then
      position = 1
    end
    return requests[position]
  end
  return wrk.format("GET", ("%s%s-%d"):format(FOLDERS[what], argument, position))
end
