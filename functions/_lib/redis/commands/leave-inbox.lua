-- Gives an inbox to whoever comes next: `entries`, which have no call open, may be taken at once, others when they are stale.
-- KEYS    none (touches lock and stream of the inbox)
-- ARGV[1] JSON {inbox: as in settle, consumer, entries: [id]}
-- Returns 1, or 0 when another holds the inbox already
-- Events  none
-- @include settle

local a = cjson.decode(ARGV[1])
local stream, group = a.inbox.stream, a.inbox.group
if redis.call('GET', a.inbox.lock) ~= a.consumer then return 0 end
redis.call('DEL', a.inbox.lock)
for _, entry in ipairs(a.entries) do
  redis.pcall('XCLAIM', stream, group, a.consumer, 0, entry, 'IDLE', 86400000, 'JUSTID')
end
local own = redis.pcall('XPENDING', stream, group, '-', '+', 1, a.consumer)
if not own.err and #own == 0 then redis.call('XGROUP', 'DELCONSUMER', stream, group, a.consumer) end
return 1
