-- Forgets the live log of an ended attempt: the archive has it.
-- KEYS    none (touches log:<job>:<attempt>, logs:ended, counts)
-- ARGV[1] JSON {job, attempt}
-- Returns nothing
-- Events  none
-- @include move-job

local a = cjson.decode(ARGV[1])
local name = a.job .. ':' .. a.attempt
local bytes = tonumber(redis.call('HGET', COUNTS, 'logBytes:' .. name) or '0')
redis.call('DEL', P .. 'log:' .. name)
redis.call('ZREM', LOGS_ENDED, name)
redis.call('HDEL', COUNTS, 'logBytes:' .. name)
if bytes > 0 then count('logBytes', -bytes) end
return 'ok'
