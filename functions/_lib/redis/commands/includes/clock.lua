-- Redis' own clock in milliseconds: the only clock that state is written by. Tests put another in its place.
local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
