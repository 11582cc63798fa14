-- @include admit
-- Takes ready jobs that no agent has read yet back to the queue, newest first, until no more than `keep` jobs of the type are active.
local function pullBack(agentType, keep)
  local stream = P .. 'ready:' .. agentType
  if active('type:' .. agentType) <= keep then return end
  if redis.call('EXISTS', stream) == 0 then return end
  local delivered = {}
  for _, pending in ipairs(redis.call('XPENDING', stream, GROUP, '-', '+', 10000)) do delivered[pending[1]] = true end
  local entries = redis.call('XREVRANGE', stream, '+', '-')
  for _, entry in ipairs(entries) do
    if active('type:' .. agentType) <= keep then return end
    local job = loadJob(entry[2][2])
    if not delivered[entry[1]] and job.state == 'ready' and job.entry == entry[1] then
      redis.call('XDEL', stream, entry[1])
      moveJob(job.id, 'ready', 'queued', 'entry', '')
      countActive(job, -1)
      redis.call('ZADD', P .. 'queued:' .. agentType, score(job), job.id)
      releaseLimits(job)
    end
  end
end
