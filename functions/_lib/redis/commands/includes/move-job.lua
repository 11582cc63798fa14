-- @include keys
-- @include clock
-- @include arrows
-- @include events
-- The only place that changes a job's state: checks the arrow, keeps the indexes, tells the views.

local function count(field, by)
  if redis.call('HINCRBY', COUNTS, field, by) == 0 then redis.call('HDEL', COUNTS, field) end
end

local function readJob(id, ...)
  local names = { ... }
  local values = redis.call('HMGET', P .. 'job:' .. id, unpack(names))
  local job = { id = id }
  for i, name in ipairs(names) do job[name] = values[i] or '' end
  return job
end

local function moveJob(id, from, to, ...)
  if not (ARROWS[from] and ARROWS[from][to]) then
    error({ err = 'ILLEGAL no arrow from ' .. tostring(from) .. ' to ' .. to .. ' for job ' .. id })
  end
  local key = P .. 'job:' .. id
  redis.call('HSET', key, 'state', to, ...)
  count('state:' .. from, -1)
  count('state:' .. to, 1)
  if TERMINAL[to] then
    redis.call('HSET', key, 'finishedAt', now())
    redis.call('ZREM', LIVE, id)
    local line = redis.call('HGET', key, 'line')
    if line and line ~= '' then redis.call('HDEL', P .. 'line:' .. line, id) end
  end
  tell('job', id, to)
end
