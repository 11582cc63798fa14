-- Forgets an agent that leaves or is gone; what it held goes back.
-- KEYS    none (touches agent:<id>, agents, ready:<type>, job:<id>, queues, counts, events)
-- ARGV[1] JSON {agent, type, cause: released | lost}
-- Returns the outcome of the job it held (queued | errored | cancelled), or none
-- Events  agent gone, and those of its job
-- @include requeue
-- @include renew-entry

local a = cjson.decode(ARGV[1])
local stream = P .. 'ready:' .. a.type
local outcome = 'none'
local held = redis.call('HGET', P .. 'agent:' .. a.agent, 'job')
if held and held ~= '' then
  local job = readJob(held, 'state', 'agent')
  if job.state == 'running' and job.agent == a.agent then outcome = requeue(held, a.cause) end
end
if redis.call('EXISTS', stream) == 1 then
  for _, pending in ipairs(redis.call('XPENDING', stream, GROUP, '-', '+', 100, a.agent)) do
    renewEntry(a.type, pending[1])
  end
  if #redis.call('XPENDING', stream, GROUP, '-', '+', 1, a.agent) == 0 then
    redis.call('XGROUP', 'DELCONSUMER', stream, GROUP, a.agent)
  end
end
redis.call('DEL', P .. 'agent:' .. a.agent)
if redis.call('ZREM', AGENTS, a.agent) == 1 then tell('agent', a.agent, 'gone') end
admit()
return outcome
