-- Ends an inbox entry whose invocation succeeded. Repeatable.
-- KEYS    none (touches stream and tries of the inbox)
-- ARGV[1] JSON {inbox: as in settle, entry}
-- Returns 1 when the entry was still pending
-- Events  none
-- @include settle

local a = cjson.decode(ARGV[1])
return settle(a.inbox, a.entry)
