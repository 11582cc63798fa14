-- Makes a mirror or changes its settings.
-- KEYS    none (touches mirror:<repo>, mirrors, held:<repo>, queued:<type>, counts, events)
-- ARGV[1] JSON {repo, fields: {upstream, tags, limit}}
-- Returns created | changed
-- Events  mirror changed, and those of jobs that a higher limit lets go
-- @include admit

local a = cjson.decode(ARGV[1])
local key = P .. 'mirror:' .. a.repo
local isNew = redis.call('EXISTS', key) == 0
for name, value in pairs(a.fields) do redis.call('HSET', key, name, value) end
if isNew then
  redis.call('HSET', key, 'createdAt', now())
  redis.call('ZADD', MIRRORS, now(), a.repo)
end
-- With room one held job of each lane comes back, and admission goes on from there; without a limit they all do.
while bringBack(a.repo) and repoLimit(a.repo) == 0 do end
admit()
tell('mirror', a.repo, '')
return isNew and 'created' or 'changed'
