-- Pauses, drains, resumes, or sets how many jobs of a type may be active; what nobody took yet goes back to the queue.
-- KEYS    none (touches control, types, ready/queued of each type, counts, events)
-- ARGV[1] JSON {paused?: 0|1, draining?: 0|1, capacity: {type: number}, onlyMissing?: true to keep capacities that are set}
-- Returns nothing
-- Events  control changed, and those of jobs that move
-- @include pull-back

local a = cjson.decode(ARGV[1])
if a.paused then redis.call('HSET', CONTROL, 'paused', a.paused) end
if a.draining then redis.call('HSET', CONTROL, 'draining', a.draining) end
for agentType, capacity in pairs(a.capacity) do
  local field = 'capacity:' .. agentType
  redis.call(a.onlyMissing and 'HSETNX' or 'HSET', CONTROL, field, capacity)
end
local control = redis.call('HGETALL', CONTROL)
local stopped = redis.call('HGET', CONTROL, 'paused') == '1' or redis.call('HGET', CONTROL, 'draining') == '1'
for i = 1, #control, 2 do
  local agentType = string.match(control[i], '^capacity:(.+)$')
  if agentType then
    pullBack(agentType, stopped and 0 or tonumber(control[i + 1]))
    wake(agentType)
  end
end
admit()
tell('control', '', '')
return 'ok'
