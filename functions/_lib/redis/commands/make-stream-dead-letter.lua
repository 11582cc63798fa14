-- Gives an entry of somebody else's stream up for one function: its fields as they are, and why, go to the dead letters of the two.
-- Repeatable: a second call finds it gone.
-- KEYS    none (touches stream, tries and dead letters of the inbox)
-- ARGV[1] JSON {inbox: as in settle, entry, why, tries}
-- ARGV[2] the body as it was delivered, for when the stream was trimmed meanwhile
-- Returns id of the dead letter, or '' when the entry is gone
-- Events  none
-- @include settle
-- @include clock

local a = cjson.decode(ARGV[1])
local found = redis.call('XRANGE', a.inbox.stream, a.entry, a.entry)[1]
if #redis.call('XPENDING', a.inbox.stream, a.inbox.group, a.entry, a.entry, 1) == 0 then return '' end
local fields = { 'dead:why', a.why, 'dead:tries', a.tries, 'dead:at', now(), 'dead:entry', a.entry }
-- Lua hands over 8,000 arguments at most.
local own = found and #found[2] < 7900 and found[2] or { 'body', ARGV[2] }
for i = 1, #own do fields[#fields + 1] = own[i] end
-- Kept first: what fails here leaves the entry pending.
local id = redis.call('XADD', a.inbox.dead, 'MAXLEN', '~', 10000, '*', unpack(fields))
settle(a.inbox, a.entry)
return id
