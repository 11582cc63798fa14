-- @include keys
-- Ends an inbox entry for good: acknowledged, deleted, its tries forgotten. Returns whether it was still pending.
local CONNECTOR = 'connector'
local function settle(fn, entry)
  local stream = P .. 'inbox:' .. fn
  local acked = redis.call('XACK', stream, CONNECTOR, entry)
  redis.call('XDEL', stream, entry)
  redis.call('HDEL', P .. 'tries:' .. fn, entry)
  return acked
end
