-- @include move-job
-- Admission: which waiting job may become ready. Cost does not grow with the number of waiting jobs.
-- A job counts towards its type, its repository and its group while it is ready or running.
-- Held jobs wait in lanes, one for each limit and type (`<repo>#<group>:<limit>:<type>`, `<repo>:*:<type>`),
-- so that the first of a lane speaks for all of it.

local JOB_FIELDS = { 'repo', 'agentType', 'group', 'groupLimit', 'priority', 'arrival', 'state', 'entry', 'sha' }

local function loadJob(id)
  return readJob(id, unpack(JOB_FIELDS))
end

local function score(job)
  return tonumber(job.arrival) - tonumber(job.priority) * 1e12
end

-- Most jobs of a repository; 0 for no limit.
local function repoLimit(repo)
  return tonumber(redis.call('HGET', P .. 'mirror:' .. repo, 'limit') or '0') or 0
end

-- The limits of a job, narrowest first: its group within the repository, then the repository.
local function limitsOf(job)
  local limits = {}
  if job.group ~= '' then
    local name = job.repo .. '#' .. job.group
    limits[1] = { name = name, most = tonumber(job.groupLimit), lane = name .. ':' .. job.groupLimit .. ':' .. job.agentType }
  end
  local most = repoLimit(job.repo)
  if most > 0 then limits[#limits + 1] = { name = job.repo, most = most, lane = job.repo .. ':*:' .. job.agentType } end
  return limits
end

local function active(what)
  return tonumber(redis.call('HGET', COUNTS, 'active:' .. what) or '0')
end

local function countActive(job, by)
  count('active:type:' .. job.agentType, by)
  count('active:repo:' .. job.repo, by)
  if job.group ~= '' then count('active:group:' .. job.repo .. '#' .. job.group, by) end
end

local function activeOf(name)
  local scope = string.find(name, '#', 1, true) and 'group:' or 'repo:'
  return active(scope .. name)
end

-- The types that may have room or work they did not have before; `admit` serves them at the end of the script.
local waking = {}
local function wake(agentType)
  waking[agentType] = true
end

-- Where a limit has room, the first job of each of its lanes may try again. Returns whether there was one.
local function bringBack(name)
  local lanes, counted, brought = P .. 'lanes:' .. name, activeOf(name), false
  for _, lane in ipairs(redis.call('SMEMBERS', lanes)) do
    local most, agentType = string.match(lane, ':([*%d]+):([^:]+)$')
    most = most == '*' and repoLimit(name) or tonumber(most)
    if most == 0 or counted < most then
      local id = redis.call('ZPOPMIN', P .. 'held:' .. lane)[1]
      if id then
        moveJob(id, 'held', 'queued')
        redis.call('ZADD', P .. 'queued:' .. agentType, score(loadJob(id)), id)
        wake(agentType)
        brought = true
      else
        redis.call('SREM', lanes, lane)
      end
    end
  end
  return brought
end

-- After a job stopped counting (or stopped waiting with a place in sight).
local function releaseLimits(job)
  for _, limit in ipairs(limitsOf(job)) do bringBack(limit.name) end
end

local function hold(job, limits, index)
  local limit, wider = limits[index], limits[index + 1]
  moveJob(job.id, 'queued', 'held', 'heldBy', limit.lane)
  redis.call('ZADD', P .. 'held:' .. limit.lane, score(job), job.id)
  redis.call('SADD', P .. 'lanes:' .. limit.name, limit.lane)
  -- A job that its group stops leaves a free place of the repository to the next one.
  if wider then bringBack(wider.name) end
end

-- The group starts at 0 and comes before the first entry: wherever the stream exists, the group does.
local function ensureGroup(agentType)
  local stream = P .. 'ready:' .. agentType
  if redis.call('EXISTS', stream) == 0 then redis.call('XGROUP', 'CREATE', stream, GROUP, '0', 'MKSTREAM') end
end

local function makeReady(job, limits)
  ensureGroup(job.agentType)
  local entry = redis.call('XADD', P .. 'ready:' .. job.agentType, '*', 'job', job.id)
  moveJob(job.id, 'queued', 'ready', 'entry', entry, 'readyAt', now())
  countActive(job, 1)
  for _, limit in ipairs(limits) do bringBack(limit.name) end
end

-- The best job at the head of the queues of types that were woken and have room.
local function nextInLine(capacities)
  local best
  for agentType in pairs(waking) do
    local capacity = capacities[agentType] or tonumber(redis.call('HGET', CONTROL, 'capacity:' .. agentType) or '1')
    capacities[agentType] = capacity
    local head = active('type:' .. agentType) < capacity and redis.call('ZRANGE', P .. 'queued:' .. agentType, 0, 0, 'WITHSCORES')
    if not head or not head[1] then
      waking[agentType] = nil
    elseif not best or tonumber(head[2]) < best.score then
      best = { id = head[1], score = tonumber(head[2]), type = agentType }
    end
  end
  return best
end

-- Last thing a script does: every woken type takes what it has room for, best job first over all of them.
local function admit()
  local control = redis.call('HMGET', CONTROL, 'paused', 'draining')
  if control[1] == '1' or control[2] == '1' then return end
  local capacities = {}
  local best = nextInLine(capacities)
  while best do
    redis.call('ZREM', P .. 'queued:' .. best.type, best.id)
    local job, full = loadJob(best.id), nil
    local limits = limitsOf(job)
    for index, limit in ipairs(limits) do
      if not full and activeOf(limit.name) >= limit.most then full = index end
    end
    if full then hold(job, limits, full) else makeReady(job, limits) end
    best = nextInLine(capacities)
  end
end
