-- Takes or keeps the right to read an inbox, and renews the entries that the holder has in its hands. Who may not, leaves a wish;
-- of several that wish the one that holds fewest others goes first.
-- KEYS    none (touches lock, wish and stream of the inbox)
-- ARGV[1] JSON {inbox: as in settle, consumer, held: inboxes that the consumer holds besides, ttlMs, entries: [id]}
-- Returns 0: not held; 1: held; 2: held, and one wishes for it that would still hold fewer than this consumer does now
-- Events  none
-- @include settle

local a = cjson.decode(ARGV[1])
local inbox = a.inbox
local owner = redis.call('GET', inbox.lock)
local fewer, wisher = string.match(redis.call('GET', inbox.wish) or '', '^(%d+) (.+)$')
local isOthers = wisher and wisher ~= a.consumer
local goesFirst = isOthers and tonumber(fewer) < a.held
if owner and owner ~= a.consumer then
  if not isOthers or a.held < tonumber(fewer) then
    redis.call('SET', inbox.wish, string.format('%d %s', a.held, a.consumer), 'PX', a.ttlMs)
  end
  return 0
end
if not owner and goesFirst then return 0 end
redis.call('SET', inbox.lock, a.consumer, 'PX', a.ttlMs)
if wisher and not isOthers then redis.call('DEL', inbox.wish) end
for _, entry in ipairs(a.entries) do
  -- The group may be gone with its data; the next read makes it anew.
  redis.pcall('XCLAIM', inbox.stream, inbox.group, a.consumer, 0, entry, 'JUSTID')
end
return goesFirst and 2 or 1
