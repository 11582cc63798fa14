-- Removes an ended job: hash, indexes and what is left of its logs, together.
-- KEYS    none (touches job:<id>, log:<job>:*, logs:ended, jobs:*, counts)
-- ARGV[1] JSON {job}
-- Returns 1 when it was removed, 0 when it is not there or lives
-- Events  none
-- @include move-job

local a = cjson.decode(ARGV[1])
local job = readJob(a.job, 'state', 'repo', 'attempt')
if not TERMINAL[job.state] then return 0 end
for attempt = 1, tonumber(job.attempt) do
  local name = a.job .. ':' .. attempt
  local bytes = redis.call('HGET', COUNTS, 'logBytes:' .. name)
  if bytes then
    redis.call('HDEL', COUNTS, 'logBytes:' .. name)
    count('logBytes', -tonumber(bytes))
  end
  redis.call('DEL', P .. 'log:' .. name)
  redis.call('ZREM', LOGS_ENDED, name)
end
redis.call('DEL', P .. 'job:' .. a.job)
redis.call('ZREM', ALL, a.job)
redis.call('ZREM', P .. 'jobs:repo:' .. job.repo, a.job)
count('state:' .. job.state, -1)
return 1
