-- Makes a job once: de-duplicates, supersedes, admits, in one step.
-- KEYS    none (single Redis; touches job:<id>, jobs:*, counts, made:*, idem:*, line:*, queued/held/ready of the type, trail:<sha>, events)
-- ARGV[1] JSON {id, fields: {field: string}, repo, sha, agentType, made: name of the change or '', line: name of the line or '', seq,
--         idem: Idempotency-Key or '', requestHash}
-- Returns {outcome, id, state}: created | duplicate (same change) | repeated (same id or Idempotency-Key) | conflict (same key, other request)
-- Events  job created, and those of superseded or admitted jobs
-- @include end-job

local a = cjson.decode(ARGV[1])
local jobKey = P .. 'job:' .. a.id

local function answer(outcome, id)
  return { outcome, id, redis.call('HGET', P .. 'job:' .. id, 'state') or '' }
end

if redis.call('EXISTS', jobKey) == 1 then return answer('repeated', a.id) end

local idemKey = P .. 'idem:' .. a.idem
if a.idem ~= '' then
  local before = redis.call('GET', idemKey)
  if before then
    local known = cjson.decode(before)
    if known.requestHash ~= a.requestHash then return answer('conflict', known.id) end
    -- A job that retention removed can't be answered any more.
    if redis.call('EXISTS', P .. 'job:' .. known.id) == 1 then return answer('repeated', known.id) end
  end
end

local madeKey = P .. 'made:' .. a.made
if a.made ~= '' then
  local id = redis.call('GET', madeKey)
  local state = id and redis.call('HGET', P .. 'job:' .. id, 'state')
  if state and state ~= 'cancelled' and state ~= 'errored' then
    note(a.sha, 'duplicate', 'the change already has job ' .. id)
    return answer('duplicate', id)
  end
  redis.call('SET', madeKey, a.id, 'EX', 604800)
end
if a.idem ~= '' then
  redis.call('SET', idemKey, cjson.encode({ id = a.id, requestHash = a.requestHash }), 'EX', 86400)
end

redis.call('HSETNX', CONTROL, 'capacity:' .. a.agentType, 1)
local at = now()
local arrival = redis.call('HINCRBY', COUNTS, 'arrivals', 1)
local fields = { 'state', 'queued', 'arrival', arrival, 'createdAt', at, 'line', a.line }
for name, value in pairs(a.fields) do
  fields[#fields + 1] = name
  fields[#fields + 1] = value
end
redis.call('HSET', jobKey, unpack(fields))
redis.call('ZADD', LIVE, arrival, a.id)
redis.call('ZADD', ALL, arrival, a.id)
redis.call('ZADD', P .. 'jobs:repo:' .. a.repo, arrival, a.id)

-- Superseding: of one line (repository, ref, type, event) only the newest push counts.
local newer
if a.line ~= '' then
  local lineKey = P .. 'line:' .. a.line
  local latest = redis.call('HGET', lineKey, 'latest')
  local latestSeq, latestId
  if latest then latestSeq, latestId = string.match(latest, '^(%S*) (%S+)$') end
  if latestSeq and latestSeq > a.seq then
    newer = latestId
  else
    local line = redis.call('HGETALL', lineKey)
    redis.call('HSET', lineKey, 'latest', a.seq .. ' ' .. a.id)
    for i = 1, #line, 2 do
      if line[i] ~= 'latest' and line[i + 1] < a.seq then
        cancelJob(line[i], 'superseded', 'superseded by job ' .. a.id, a.id)
      end
    end
    redis.call('HSET', lineKey, a.id, a.seq)
  end
  redis.call('EXPIRE', lineKey, 604800)
end

if newer then
  local reason = 'superseded by job ' .. newer
  redis.call('HSET', jobKey, 'state', 'cancelled', 'cause', 'superseded', 'reason', reason, 'supersededBy', newer, 'finishedAt', at)
  redis.call('ZREM', LIVE, a.id)
  count('state:cancelled', 1)
  tell('job', a.id, 'cancelled')
  note(a.sha, 'superseded', 'job ' .. a.id .. ' was made cancelled: ' .. reason)
else
  count('state:queued', 1)
  redis.call('ZADD', P .. 'queued:' .. a.agentType, score(loadJob(a.id)), a.id)
  tell('job', a.id, 'queued')
  note(a.sha, 'job-created', 'job ' .. a.id)
  wake(a.agentType)
end
admit()
return answer('created', a.id)
