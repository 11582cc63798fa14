-- @include admit
-- @include trail
-- Ends of a job, whatever state it is in.

local LOG_STAYS_MS = 600000

local function closeLog(id, attempt)
  if tonumber(attempt) < 1 then return end
  local key = P .. 'log:' .. id .. ':' .. attempt
  local last = redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1]
  if not last or last[2][1] ~= 'end' then redis.call('XADD', key, '*', 'end', '1') end
  redis.call('ZADD', LOGS_ENDED, now() + LOG_STAYS_MS, id .. ':' .. attempt)
end

-- Takes the entry out of the ready stream: acknowledged and deleted together, so that XLEN stays the number of agents wanted.
local function dropEntry(job)
  local stream = P .. 'ready:' .. job.agentType
  redis.call('XACK', stream, GROUP, job.entry)
  redis.call('XDEL', stream, job.entry)
end

local function stopRunning(job, attempt, agent)
  dropEntry(job)
  redis.call('ZREM', LEASES, job.id)
  closeLog(job.id, attempt)
  local key = P .. 'agent:' .. agent
  if redis.call('HGET', key, 'job') == job.id then
    redis.call('HSET', key, 'job', '', 'state', 'idle')
    tell('agent', agent, 'idle')
  end
end

-- Cancels a waiting job at once, marks a running one and tells its agent. Returns what happened; the script admits at its end.
local function cancelJob(id, cause, reason, supersededBy)
  local job = loadJob(id)
  if job.state == '' then return 'unknown' end
  if TERMINAL[job.state] then return 'terminal' end
  if job.state == 'running' then
    local run = readJob(id, 'agent', 'cancelling')
    if run.cancelling == '' then
      redis.call('HSET', P .. 'job:' .. id, 'cancelling', cause, 'cancelReason', reason, 'supersededBy', supersededBy or '')
      tell('job', id, 'running')
    end
    redis.call('PUBLISH', P .. 'agent:' .. run.agent .. ':orders', 'cancel ' .. id)
    return 'cancelling'
  end
  local held = redis.call('HGET', P .. 'job:' .. id, 'heldBy')
  moveJob(id, job.state, 'cancelled', 'cause', cause, 'reason', reason, 'supersededBy', supersededBy or '')
  if job.state == 'held' then
    redis.call('ZREM', P .. 'held:' .. held, id)
  elseif job.state == 'queued' then
    redis.call('ZREM', P .. 'queued:' .. job.agentType, id)
    redis.call('ZREM', DELAYED, id)
    releaseLimits(job)
  else
    dropEntry(job)
    countActive(job, -1)
    releaseLimits(job)
  end
  note(job.sha, 'cancelled', 'job ' .. id .. ': ' .. reason)
  wake(job.agentType)
  return 'cancelled'
end
