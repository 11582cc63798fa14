-- Takes over the entries that another consumer has left alone for too long.
-- KEYS    none (touches inbox:<fn>)
-- ARGV[1] JSON {fn, consumer, minIdleMs}
-- Returns {how many were taken, how many others still hold}
-- Events  none
-- @include settle

local a = cjson.decode(ARGV[1])
local stream = P .. 'inbox:' .. a.fn
local cursor, taken, foreign = '0-0', 0, 0
repeat
  local reply = redis.call('XAUTOCLAIM', stream, CONNECTOR, a.consumer, a.minIdleMs, cursor, 'COUNT', 100, 'JUSTID')
  cursor = reply[1]
  taken = taken + #reply[2]
until cursor == '0-0'
for _, consumer in ipairs(redis.call('XPENDING', stream, CONNECTOR)[4] or {}) do
  if consumer[1] ~= a.consumer then foreign = foreign + tonumber(consumer[2]) end
end
return { taken, foreign }
