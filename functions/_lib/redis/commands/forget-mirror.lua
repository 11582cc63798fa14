-- Forgets a mirror and what was announced of it. Its jobs stay, without its limit.
-- KEYS    none (touches mirror:<repo>, heads:<repo>, mirrors, held and queued jobs of the repository, counts, events)
-- ARGV[1] JSON {repo}
-- Returns 1 when it was there
-- Events  mirror changed, and those of jobs that its limit held
-- @include admit

local a = cjson.decode(ARGV[1])
redis.call('DEL', P .. 'heads:' .. a.repo)
redis.call('ZREM', MIRRORS, a.repo)
tell('mirror', a.repo, 'gone')
local was = redis.call('DEL', P .. 'mirror:' .. a.repo)
while bringBack(a.repo) do end
admit()
return was
