-- Remembers how often an inbox entry was tried, for as long as it is pending.
-- KEYS    none (touches stream and tries of the inbox)
-- ARGV[1] JSON {inbox: as in settle, entry, tries: JSON as text}
-- Returns 1, or 0 when the entry is gone
-- Events  none
-- @include keys

local a = cjson.decode(ARGV[1])
-- The group may be gone with its data.
local pending = redis.pcall('XPENDING', a.inbox.stream, a.inbox.group, a.entry, a.entry, 1)
if pending.err or #pending == 0 then return 0 end
redis.call('HSET', a.inbox.tries, a.entry, a.tries)
return 1
