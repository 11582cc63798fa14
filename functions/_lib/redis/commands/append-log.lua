-- Stores a batch of an attempt's log, once; the number of the batch is the id of its entry.
-- KEYS    none (touches job:<id>, log:<job>:<attempt>, counts)
-- ARGV[1] JSON {job, attempt, token, number, step, at, most: bytes that all live logs may take together}
-- ARGV[2] the bytes
-- Returns stored | duplicate (was stored before) | fenced | full
-- Events  none: followers block on the stream
-- @include move-job

local a = cjson.decode(ARGV[1])
local job = readJob(a.job, 'state', 'token')
if job.state ~= 'running' or job.token ~= a.token then return 'fenced' end
local key = P .. 'log:' .. a.job .. ':' .. a.attempt
local last = redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1]
if last and tonumber(string.match(last[1], '^(%d+)')) >= a.number then return 'duplicate' end
local bytes = #ARGV[2]
-- A notice that the log is full always fits.
if bytes > 200 and tonumber(redis.call('HGET', COUNTS, 'logBytes') or '0') + bytes > a.most then return 'full' end
redis.call('XADD', key, a.number .. '-0', 'data', ARGV[2], 'step', a.step, 'at', a.at)
count('logBytes', bytes)
count('logBytes:' .. a.job .. ':' .. a.attempt, bytes)
return 'stored'
