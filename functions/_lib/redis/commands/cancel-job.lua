-- Cancels a job: a waiting one ends now, a running one is told to its agent, which ends it.
-- KEYS    none (touches job:<id>, queues, counts, trail:<sha>, events)
-- ARGV[1] JSON {job, cause, reason}
-- Returns cancelled | cancelling | terminal | unknown
-- Events  job cancelled, and those of admitted jobs; publishes "cancel <job>" to the agent's channel
-- @include end-job

local a = cjson.decode(ARGV[1])
local outcome = cancelJob(a.job, a.cause, a.reason)
admit()
return outcome
