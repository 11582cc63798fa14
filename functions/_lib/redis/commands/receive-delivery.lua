-- Takes a webhook delivery in, once: after this it is on disk.
-- KEYS    none (touches delivery:<id>, inbox:mirror-sync, trail:<sha>)
-- ARGV[1] JSON {delivery, event: CloudEvent without id, sha: '' when it names none}
-- Returns accepted | duplicate
-- Events  none
-- @include inbox
-- @include trail

local a = cjson.decode(ARGV[1])
local key = P .. 'delivery:' .. a.delivery
if redis.call('EXISTS', key) == 1 then
  if a.sha ~= '' then note(a.sha, 'delivery-repeated', 'delivery ' .. a.delivery .. ' came again') end
  return 'duplicate'
end
local entry = post('mirror-sync', a.event)
redis.call('SET', key, entry, 'EX', 345600)
if a.sha ~= '' then note(a.sha, 'delivered', 'delivery ' .. a.delivery .. ' of ' .. a.event.data.ref) end
return 'accepted'
