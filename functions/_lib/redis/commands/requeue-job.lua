-- Gives a running job back: its agent leaves, or was found gone.
-- KEYS    none (touches what requeue does: job:<id>, ready:<type>, leases, queued:<type>, delayed, counts, events)
-- ARGV[1] JSON {job, token, cause: released | lost}
-- Returns queued | errored | cancelled, or fenced when another token holds the job
-- Events  job queued, errored or cancelled, and those of admitted jobs
-- @include requeue

local a = cjson.decode(ARGV[1])
local job = readJob(a.job, 'state', 'token')
if job.state ~= 'running' or job.token ~= a.token then return 'fenced' end
local outcome = requeue(a.job, a.cause)
admit()
return outcome
