-- Ends an inbox entry whose invocation succeeded. Repeatable.
-- KEYS    none (touches inbox:<fn>, tries:<fn>)
-- ARGV[1] JSON {fn, entry}
-- Returns 1 when the entry was still pending
-- Events  none
-- @include settle

local a = cjson.decode(ARGV[1])
return settle(a.fn, a.entry)
