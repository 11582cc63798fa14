-- Takes over the entries that another consumer has left alone for too long, and forgets consumers that have none.
-- KEYS    none (touches stream of the inbox)
-- ARGV[1] JSON {inbox: as in settle, consumer, minIdleMs}
-- Returns {how many were taken, how many others still hold}
-- Events  none
-- @include settle

local a = cjson.decode(ARGV[1])
local stream, group = a.inbox.stream, a.inbox.group
local cursor, taken, foreign = '0-0', 0, 0
repeat
  local reply = redis.call('XAUTOCLAIM', stream, group, a.consumer, a.minIdleMs, cursor, 'COUNT', 100, 'JUSTID')
  cursor = reply[1]
  taken = taken + #reply[2]
until cursor == '0-0'
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
  local name, pending = consumer[2], consumer[4]
  if name ~= a.consumer then
    foreign = foreign + pending
    -- Replicas come and go under new names.
    if pending == 0 then redis.call('XGROUP', 'DELCONSUMER', stream, group, name) end
  end
end
return { taken, foreign }
