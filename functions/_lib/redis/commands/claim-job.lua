-- Gives a job to an agent that read its entry. Repeating a claim with the same token answers the same.
-- KEYS    none (touches job:<id>, leases, agent:<id>, ready:<type>, counts, events)
-- ARGV[1] JSON {type, entry, job, agent, token, leaseMs}
-- Returns the job's fields and values, or false when the entry is stale (it is acknowledged and deleted: read again)
-- Events  job running, agent busy
-- @include admit

local a = cjson.decode(ARGV[1])
local key = P .. 'job:' .. a.job
local job = readJob(a.job, 'state', 'entry', 'token', 'attempt', 'cancelling')

if job.state == 'running' and job.token == a.token and job.entry == a.entry then
  return redis.call('HGETALL', key)
end
if job.state ~= 'ready' or job.entry ~= a.entry then
  -- The pending entry of a job that runs is another claim's; anything else is rubbish.
  if not (job.state == 'running' and job.entry == a.entry) then
    redis.call('XACK', P .. 'ready:' .. a.type, GROUP, a.entry)
    redis.call('XDEL', P .. 'ready:' .. a.type, a.entry)
  end
  return false
end

local at = now()
moveJob(a.job, 'ready', 'running', 'token', a.token, 'agent', a.agent, 'attempt', tonumber(job.attempt) + 1, 'startedAt', at)
redis.call('ZADD', LEASES, at + a.leaseMs, a.job)
redis.call('HSET', P .. 'agent:' .. a.agent, 'job', a.job, 'state', 'busy', 'seenAt', at)
redis.call('ZADD', AGENTS, at, a.agent)
tell('agent', a.agent, 'busy')
return redis.call('HGETALL', key)
