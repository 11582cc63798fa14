-- Gives an inbox to whoever comes next: what its holder had may be taken at once, `busy` entries, whose call is open, when they are stale.
-- What Redis had handed out and the holder never got is freed too.
-- KEYS    none (touches lock and stream of the inbox)
-- ARGV[1] JSON {inbox: as in settle, consumer, busy: [id]}
-- Returns 1, or 0 when another holds the inbox already
-- Events  none
-- @include settle

local a = cjson.decode(ARGV[1])
local stream, group = a.inbox.stream, a.inbox.group
if redis.call('GET', a.inbox.lock) ~= a.consumer then return 0 end
redis.call('DEL', a.inbox.lock)
local busy, left, from = {}, 0, '-'
for _, entry in ipairs(a.busy) do busy[entry] = true end
repeat
  -- The group may be gone with its data.
  local page = redis.pcall('XPENDING', stream, group, from, '+', 100, a.consumer)
  if page.err then return 1 end
  for _, pending in ipairs(page) do
    local entry = pending[1]
    from, left = '(' .. entry, left + 1
    if not busy[entry] then redis.call('XCLAIM', stream, group, a.consumer, 0, entry, 'IDLE', 86400000, 'JUSTID') end
  end
until #page < 100
if left == 0 then redis.call('XGROUP', 'DELCONSUMER', stream, group, a.consumer) end
return 1
