-- Remembers how often an inbox entry was tried, for as long as it is there.
-- KEYS    none (touches inbox:<fn>, tries:<fn>)
-- ARGV[1] JSON {fn, entry, tries: JSON as text}
-- Returns 1, or 0 when the entry is gone
-- Events  none
-- @include keys

local a = cjson.decode(ARGV[1])
if #redis.call('XRANGE', P .. 'inbox:' .. a.fn, a.entry, a.entry) == 0 then return 0 end
redis.call('HSET', P .. 'tries:' .. a.fn, a.entry, a.tries)
return 1
