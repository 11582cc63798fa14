-- What is due: retries, dead leases, lost entries, jobs that nobody takes, silent agents, admission. Run about once a second.
-- KEYS    none (touches control, delayed, leases, ready/queued of each type, agents, job:<id>, counts, events)
-- ARGV[1] JSON {suspectMs: how long a lease must be seen expired, maxGapMs: longest pause between ticks that still counts,
--         unclaimedMs: a delivered entry may stay unclaimed, nobodyMs: a ready job may stay untaken, silentMs: an idle agent may be silent, leaseMs}
-- Returns JSON {requeued, renewed, untaken, forgotten}: how many of each
-- Events  those of the jobs and agents that move
-- @include requeue
-- @include renew-entry
-- @include pull-back

local a = cjson.decode(ARGV[1])
local at = now()
local done = { requeued = 0, renewed = 0, untaken = 0, forgotten = 0 }

-- After a pause (outage, suspended machine, clock jump) old suspicions are worth nothing: agents heartbeat first.
local last = tonumber(redis.call('HGET', CONTROL, 'tickAt') or '0')
local gap = at - last
local epoch = redis.call('HGET', CONTROL, 'tickEpoch') or '0'
if gap > a.maxGapMs or gap < 0 then
  epoch = tostring(redis.call('HINCRBY', CONTROL, 'tickEpoch', 1))
  redis.call('HSET', CONTROL, 'tickingSince', at)
end
redis.call('HSET', CONTROL, 'tickAt', at)
-- Nor has a job been refused by agents that were not there.
local tickingSince = tonumber(redis.call('HGET', CONTROL, 'tickingSince') or '0')
-- A clock that went back would leave leases of the dead, retries and dead agents far in the future.
for _, id in ipairs(redis.call('ZRANGE', LEASES, at + 2 * a.leaseMs, '+inf', 'BYSCORE')) do
  redis.call('ZADD', LEASES, at + a.leaseMs, id)
end
local longest = POLICY.lostBackoffMs[#POLICY.lostBackoffMs]
for _, id in ipairs(redis.call('ZRANGE', DELAYED, '(' .. string.format('%d', at + longest), '+inf', 'BYSCORE')) do
  redis.call('ZADD', DELAYED, at + longest, id)
  redis.call('HSET', P .. 'job:' .. id, 'dueAt', at + longest)
end
for _, agent in ipairs(redis.call('ZRANGE', AGENTS, '(' .. string.format('%d', at), '+inf', 'BYSCORE')) do
  redis.call('ZADD', AGENTS, at, agent)
end

for _, id in ipairs(redis.call('ZRANGE', DELAYED, '-inf', at, 'BYSCORE', 'LIMIT', 0, 100)) do
  local job = loadJob(id)
  redis.call('ZREM', DELAYED, id)
  redis.call('HSET', P .. 'job:' .. id, 'dueAt', '')
  redis.call('ZADD', P .. 'queued:' .. job.agentType, score(job), id)
end

for _, id in ipairs(redis.call('ZRANGE', LEASES, '-inf', at, 'BYSCORE')) do
  local key = P .. 'job:' .. id
  local seenEpoch, seenAt = string.match(redis.call('HGET', key, 'suspect') or '', '^(%d+):(%d+)$')
  if seenEpoch ~= epoch then
    redis.call('HSET', key, 'suspect', epoch .. ':' .. string.format('%d', at))
  elseif at - tonumber(seenAt) >= a.suspectMs then
    requeue(id, 'lost')
    done.requeued = done.requeued + 1
  end
end

local function repairStream(agentType)
  local stream = P .. 'ready:' .. agentType
  if redis.call('EXISTS', stream) == 0 then return end
  local delivered, lastDelivered = {}, '0-0'
  for _, pending in ipairs(redis.call('XPENDING', stream, GROUP, '-', '+', 10000)) do delivered[pending[1]] = pending[3] end
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    for i = 1, #group, 2 do
      if group[i] == 'last-delivered-id' then lastDelivered = group[i + 1] end
    end
  end
  local function isBehind(entry)
    local ms, seq = string.match(entry, '(%d+)-(%d+)')
    local lastMs, lastSeq = string.match(lastDelivered, '(%d+)-(%d+)')
    ms, seq, lastMs, lastSeq = tonumber(ms), tonumber(seq), tonumber(lastMs), tonumber(lastSeq)
    return ms < lastMs or (ms == lastMs and seq <= lastSeq)
  end
  for _, entry in ipairs(redis.call('XRANGE', stream, '-', '+')) do
    local idle = delivered[entry[1]]
    local job = readJob(entry[2][2], 'state', 'entry', 'readyAt')
    local alive = (job.state == 'ready' or job.state == 'running') and job.entry == entry[1]
    local unreachable = not idle and isBehind(entry[1])
    local unclaimed = idle and job.state == 'ready' and idle >= a.unclaimedMs
    if (not alive or unreachable or unclaimed) and renewEntry(agentType, entry[1]) then
      done.renewed = done.renewed + 1
    elseif alive and job.state == 'ready' and not idle
      and at - math.max(tonumber(job.readyAt), tickingSince) >= a.nobodyMs then
      local untaken = loadJob(job.id)
      dropEntry(untaken)
      moveJob(job.id, 'ready', 'errored', 'cause', 'unclaimed', 'reason', 'no agent took it; are agents able to start?')
      countActive(untaken, -1)
      releaseLimits(untaken)
      note(untaken.sha, 'job-ended', 'job ' .. job.id .. ' errored: no agent took it')
      done.untaken = done.untaken + 1
    end
  end
end

local control = redis.call('HGETALL', CONTROL)
local stopped = redis.call('HGET', CONTROL, 'paused') == '1' or redis.call('HGET', CONTROL, 'draining') == '1'
for i = 1, #control, 2 do
  local agentType = string.match(control[i], '^capacity:(.+)$')
  if agentType then
    repairStream(agentType)
    -- An entry that was made anew, or lay with an agent that left, may be more than there is room for.
    pullBack(agentType, stopped and 0 or tonumber(control[i + 1]))
    wake(agentType)
  end
end
admit()

for _, agent in ipairs(redis.call('ZRANGE', AGENTS, '-inf', at - a.silentMs, 'BYSCORE')) do
  local key = P .. 'agent:' .. agent
  local held = redis.call('HMGET', key, 'job', 'type')
  local state = held[1] and held[1] ~= '' and redis.call('HGET', P .. 'job:' .. held[1], 'state')
  if state ~= 'running' then
    local stream = P .. 'ready:' .. (held[2] or '')
    local gone = redis.call('EXISTS', stream) == 0 or #redis.call('XPENDING', stream, GROUP, '-', '+', 1, agent) == 0
    if gone then
      if redis.call('EXISTS', stream) == 1 then redis.call('XGROUP', 'DELCONSUMER', stream, GROUP, agent) end
      redis.call('DEL', key)
      redis.call('ZREM', AGENTS, agent)
      tell('agent', agent, 'gone')
      done.forgotten = done.forgotten + 1
    end
  end
end

return cjson.encode(done)
