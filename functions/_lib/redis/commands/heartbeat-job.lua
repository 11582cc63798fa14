-- Renews an agent's lease and passes on what it should do.
-- KEYS    none (touches job:<id>, leases, agents, agent:<id>, control)
-- ARGV[1] JSON {job, token, leaseMs}
-- Returns {verdict, draining}: verdict is kept | cancel | lost; draining is 1 when the agent should leave after this job
-- Events  none
-- @include move-job

local a = cjson.decode(ARGV[1])
local job = readJob(a.job, 'state', 'token', 'cancelling', 'agent')
local draining = redis.call('HGET', CONTROL, 'draining') == '1' and 1 or 0
if job.state ~= 'running' or job.token ~= a.token then return { 'lost', draining } end
local at = now()
redis.call('ZADD', LEASES, at + a.leaseMs, a.job)
redis.call('HDEL', P .. 'job:' .. a.job, 'suspect')
redis.call('HSET', P .. 'agent:' .. job.agent, 'seenAt', at)
redis.call('ZADD', AGENTS, at, job.agent)
return { job.cancelling ~= '' and 'cancel' or 'kept', draining }
