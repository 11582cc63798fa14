-- Records how the last sync of a mirror went; a mirror that was forgotten meanwhile is not made anew.
-- KEYS    none (touches mirror:<repo>, events)
-- ARGV[1] JSON {repo, fields: {syncedAt?, defaultBranch?, problem: '' when it went well}}
-- Returns 1 when the mirror is there
-- Events  mirror changed
-- @include events

local a = cjson.decode(ARGV[1])
local key = P .. 'mirror:' .. a.repo
if redis.call('EXISTS', key) == 0 then return 0 end
for name, value in pairs(a.fields) do redis.call('HSET', key, name, value) end
tell('mirror', a.repo, '')
return 1
