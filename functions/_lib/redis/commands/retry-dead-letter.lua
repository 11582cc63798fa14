-- Puts a dead letter back into its inbox, behind what waits there, under the event id that it had.
-- KEYS    none (touches dead:<fn>, inbox:<fn>)
-- ARGV[1] JSON {fn, id}
-- Returns id of the new inbox entry, or '' when there is no such dead letter
-- Events  none
-- @include keys

local a = cjson.decode(ARGV[1])
local dead = P .. 'dead:' .. a.fn
local found = redis.call('XRANGE', dead, a.id, a.id)[1]
if not found then return '' end
local fields = {}
for i = 1, #found[2], 2 do fields[found[2][i]] = found[2][i + 1] end
redis.call('XDEL', dead, a.id)
return redis.call('XADD', P .. 'inbox:' .. a.fn, '*', 'type', fields.type, 'partitionkey', fields.partitionkey, 'event', fields.event)
