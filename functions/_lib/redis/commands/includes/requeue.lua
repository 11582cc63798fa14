-- @include end-job
-- @include policy
-- The one way back from running to queued, or to errored when a job came back too often (core/retry-policy.ts).

local REASONS = {
  lost = 'its agent vanished',
  released = 'its agent gave it back',
}

-- The script admits at its end.
local function requeue(id, cause)
  local job = loadJob(id)
  local run = readJob(id, 'attempt', 'agent', 'lost', 'released', 'retryOnLost', 'cancelling', 'cancelReason')
  local key = P .. 'job:' .. id
  stopRunning(job, run.attempt, run.agent)
  countActive(job, -1)
  redis.call('HSET', key, 'token', '')
  redis.call('HDEL', key, 'suspect')
  local times = redis.call('HINCRBY', key, cause, 1)
  local most = cause == 'lost' and POLICY.maxLost or POLICY.maxReleased
  local outcome
  if run.cancelling ~= '' then
    moveJob(id, 'running', 'cancelled', 'cause', run.cancelling, 'reason', run.cancelReason, 'cancelling', '')
    outcome = 'cancelled'
  elseif times >= most or (cause == 'lost' and run.retryOnLost == '0') then
    local often = times == 1 and 'once' or times .. ' times'
    local reason = REASONS[cause] .. ' ' .. often
    if cause == 'lost' and run.retryOnLost == '0' then reason = reason .. ' and retry.onLost is false' end
    moveJob(id, 'running', 'errored', 'cause', cause, 'reason', reason)
    outcome = 'errored'
  else
    local delay = cause == 'lost' and (POLICY.lostBackoffMs[times] or POLICY.lostBackoffMs[#POLICY.lostBackoffMs]) or 0
    moveJob(id, 'running', 'queued', 'entry', '', 'dueAt', delay > 0 and now() + delay or '')
    if delay > 0 then
      redis.call('ZADD', DELAYED, now() + delay, id)
    else
      redis.call('ZADD', P .. 'queued:' .. job.agentType, score(job), id)
    end
    outcome = 'queued'
  end
  note(job.sha, 'attempt-ended', 'job ' .. id .. ' attempt ' .. run.attempt .. ': ' .. REASONS[cause] .. ', now ' .. outcome)
  releaseLimits(job)
  wake(job.agentType)
  return outcome
end
