-- Sets the end marker of an attempt's log, once.
-- KEYS    none (touches job:<id>, log:<job>:<attempt>)
-- ARGV[1] JSON {job, attempt, token, number: of the marker, one after the last batch}
-- Returns stored | duplicate | fenced | incomplete (the batch before the marker is not stored)
-- Events  none: followers block on the stream
-- @include move-job

local a = cjson.decode(ARGV[1])
local job = readJob(a.job, 'state', 'token')
if job.state ~= 'running' or job.token ~= a.token then return 'fenced' end
local key = P .. 'log:' .. a.job .. ':' .. a.attempt
local last = redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1]
if last and last[2][1] == 'end' then return 'duplicate' end
local stored = last and tonumber(string.match(last[1], '^(%d+)')) or 0
if stored ~= a.number - 1 then return 'incomplete' end
redis.call('XADD', key, a.number .. '-0', 'end', '1')
return 'stored'
