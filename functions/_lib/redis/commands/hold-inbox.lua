-- Takes or keeps the right to read an inbox, and renews the entries that the holder has in its hands.
-- KEYS    none (touches lock:inbox:<fn>, inbox:<fn>)
-- ARGV[1] JSON {fn, consumer, ttlMs, entries: [id]}
-- Returns 1, or 0 when another holds the inbox
-- Events  none
-- @include settle

local a = cjson.decode(ARGV[1])
local lock = P .. 'lock:inbox:' .. a.fn
local owner = redis.call('GET', lock)
if owner and owner ~= a.consumer then return 0 end
redis.call('SET', lock, a.consumer, 'PX', a.ttlMs)
for _, entry in ipairs(a.entries) do
  -- The group may be gone with its data; the next read makes it anew.
  redis.pcall('XCLAIM', P .. 'inbox:' .. a.fn, CONNECTOR, a.consumer, 0, entry, 'JUSTID')
end
return 1
