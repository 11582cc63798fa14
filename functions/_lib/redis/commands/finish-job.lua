-- Ends a running job as its agent says, takes its entry out of the stream and admits the next, in one step.
-- KEYS    none (touches job:<id>, ready:<type>, leases, logs:ended, agent:<id>, counts, queues, events)
-- ARGV[1] JSON {job, token, state: succeeded | failed | cancelled | errored, fields: {cause, reason, exitCode, result}}
-- Returns finished | already (the same finish came before) | fenced (another token) | log-incomplete (no end marker yet)
-- Events  job ended, and those of admitted jobs
-- @include end-job

local a = cjson.decode(ARGV[1])
local run = readJob(a.job, 'state', 'token', 'attempt', 'agent', 'cancelling', 'cancelReason')
if run.token ~= a.token or a.token == '' then return 'fenced' end
if TERMINAL[run.state] then return 'already' end
if run.state ~= 'running' then return 'fenced' end

local last = redis.call('XREVRANGE', P .. 'log:' .. a.job .. ':' .. run.attempt, '+', '-', 'COUNT', 1)[1]
if not last or last[2][1] ~= 'end' then return 'log-incomplete' end

local job = loadJob(a.job)
local fields = { 'cancelling', '' }
for name, value in pairs(a.fields) do
  fields[#fields + 1] = name
  fields[#fields + 1] = value
end
if a.state == 'cancelled' and run.cancelling ~= '' then
  for _, value in ipairs({ 'cause', run.cancelling, 'reason', run.cancelReason }) do fields[#fields + 1] = value end
elseif a.state ~= 'cancelled' then
  -- It ended before it could be cancelled.
  for _, value in ipairs({ 'supersededBy', '' }) do fields[#fields + 1] = value end
end
stopRunning(job, run.attempt, run.agent)
countActive(job, -1)
moveJob(a.job, 'running', a.state, unpack(fields))
note(job.sha, 'job-ended', 'job ' .. a.job .. ' ' .. a.state)
releaseLimits(job)
wake(job.agentType)
admit()
return 'finished'
