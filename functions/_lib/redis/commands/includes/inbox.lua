-- @include keys
-- Puts an event (CloudEvents JSON without an id) into a function's inbox; the id of the entry is the event's id.
local function post(fn, event)
  local partition = event.partitionkey or ''
  return redis.call('XADD', P .. 'inbox:' .. fn, '*', 'type', event.type, 'partitionkey', partition, 'event', cjson.encode(event))
end
