-- Gives an inbox to whoever comes next: `entries`, which have no call open, may be taken at once, others when they are stale.
-- KEYS    none (touches lock:inbox:<fn>, inbox:<fn>)
-- ARGV[1] JSON {fn, consumer, entries: [id]}
-- Returns 1, or 0 when another holds the inbox already
-- Events  none
-- @include settle

local a = cjson.decode(ARGV[1])
local stream, lock = P .. 'inbox:' .. a.fn, P .. 'lock:inbox:' .. a.fn
if redis.call('GET', lock) ~= a.consumer then return 0 end
redis.call('DEL', lock)
for _, entry in ipairs(a.entries) do
  redis.pcall('XCLAIM', stream, CONNECTOR, a.consumer, 0, entry, 'IDLE', 86400000, 'JUSTID')
end
local own = redis.pcall('XPENDING', stream, CONNECTOR, '-', '+', 1, a.consumer)
if not own.err and #own == 0 then redis.call('XGROUP', 'DELCONSUMER', stream, CONNECTOR, a.consumer) end
return 1
