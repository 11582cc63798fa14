-- Gives an inbox entry up: it moves to the dead letters with the reason. Repeatable: a second call finds it gone.
-- KEYS    none (touches inbox:<fn>, dead:<fn>, tries:<fn>, delivery:<id>)
-- ARGV[1] JSON {fn, entry, event: text as delivered, why, tries, delivery: id of the webhook delivery to accept again, or ''}
-- Returns id of the dead letter, or '' when the entry is gone
-- Events  none
-- @include settle
-- @include clock

local a = cjson.decode(ARGV[1])
local found = redis.call('XRANGE', P .. 'inbox:' .. a.fn, a.entry, a.entry)[1]
settle(a.fn, a.entry)
if not found then return '' end
local fields = { type = '', partitionkey = '' }
for i = 1, #found[2], 2 do fields[found[2][i]] = found[2][i + 1] end
if a.delivery ~= '' then redis.call('DEL', P .. 'delivery:' .. a.delivery) end
return redis.call('XADD', P .. 'dead:' .. a.fn, 'MAXLEN', '~', 10000, '*', 'type', fields.type,
  'partitionkey', fields.partitionkey, 'event', a.event, 'why', a.why, 'tries', a.tries, 'failedAt', now(), 'entry', a.entry)
