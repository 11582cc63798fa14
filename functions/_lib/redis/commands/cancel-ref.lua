-- Cancels the live jobs of a repository, or of one of its refs: the branch or the mirror is gone.
-- KEYS    none (touches jobs:live, job:<id>, queues, counts, events)
-- ARGV[1] JSON {repo, ref: '' for all, cause, reason}
-- Returns the ids of the jobs that were cancelled or told to
-- Events  job cancelled, for each, and those of admitted jobs
-- @include end-job

local a = cjson.decode(ARGV[1])
local ids = {}
for _, id in ipairs(redis.call('ZRANGE', LIVE, 0, -1)) do
  local job = readJob(id, 'repo', 'ref')
  if job.repo == a.repo and (a.ref == '' or job.ref == a.ref) then
    cancelJob(id, a.cause, a.reason)
    ids[#ids + 1] = id
  end
end
admit()
return ids
