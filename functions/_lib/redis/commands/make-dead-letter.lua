-- Gives an entry of one of our inboxes up: it moves to the dead letters with the reason. Repeatable: a second call finds it gone.
-- KEYS    none (touches stream, tries and dead letters of the inbox, delivery:<id>)
-- ARGV[1] JSON {inbox: as in settle, entry, event: text as delivered, why, tries, delivery: id of the webhook delivery to accept again, or ''}
-- Returns id of the dead letter, or '' when the entry is gone
-- Events  none
-- @include settle
-- @include clock

local a = cjson.decode(ARGV[1])
local found = redis.call('XRANGE', a.inbox.stream, a.entry, a.entry)[1]
if not found then
  settle(a.inbox, a.entry)
  return ''
end
local fields = { type = '', partitionkey = '' }
for i = 1, #found[2], 2 do fields[found[2][i]] = found[2][i + 1] end
-- Kept first: what fails here leaves the entry pending.
local id = redis.call('XADD', a.inbox.dead, 'MAXLEN', '~', 10000, '*', 'type', fields.type,
  'partitionkey', fields.partitionkey, 'event', a.event, 'why', a.why, 'tries', a.tries, 'failedAt', now(), 'entry', a.entry)
settle(a.inbox, a.entry)
if a.delivery ~= '' then redis.call('DEL', P .. 'delivery:' .. a.delivery) end
return id
