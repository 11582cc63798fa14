-- Says that an agent is alive and idle; repeated while it waits.
-- KEYS    none (touches agent:<id>, agents, ready:<type>, events)
-- ARGV[1] JSON {agent, type, host, pid}
-- Returns 1 when the agent should leave (the platform drains), else 0
-- Events  agent idle, when it is new
-- @include admit

local a = cjson.decode(ARGV[1])
local key = P .. 'agent:' .. a.agent
local at = now()
ensureGroup(a.type)
-- A late claim or heartbeat of an agent that was thought gone leaves a hash that says less.
if redis.call('HEXISTS', key, 'startedAt') == 0 then
  redis.call('HSET', key, 'type', a.type, 'host', a.host, 'pid', a.pid, 'startedAt', at)
  if redis.call('HSETNX', key, 'state', 'idle') == 1 then redis.call('HSET', key, 'job', '') end
  tell('agent', a.agent, redis.call('HGET', key, 'state'))
end
redis.call('HSET', key, 'seenAt', at)
redis.call('ZADD', AGENTS, at, a.agent)
return redis.call('HGET', CONTROL, 'draining') == '1' and 1 or 0
