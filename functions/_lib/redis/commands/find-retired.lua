-- Finds ended jobs that have been kept long enough: too old, or too many of one repository.
-- KEYS    none (reads jobs:all, jobs:repo:<repo>, mirrors, job:<id>)
-- ARGV[1] JSON {repoKeeps: most jobs of a repository, keepMs: longest time since creation, most: ids to return}
-- Returns their ids, oldest first
-- Events  none
-- @include move-job

local a = cjson.decode(ARGV[1])
local at, found, seen = now(), {}, {}

local function take(id)
  if seen[id] or #found >= a.most then return end
  seen[id] = true
  if TERMINAL[redis.call('HGET', P .. 'job:' .. id, 'state') or ''] then found[#found + 1] = id end
end

for _, id in ipairs(redis.call('ZRANGE', ALL, 0, a.most - 1)) do
  local created = tonumber(redis.call('HGET', P .. 'job:' .. id, 'createdAt') or '0')
  if at - created > a.keepMs then take(id) end
end
for _, repo in ipairs(redis.call('ZRANGE', MIRRORS, 0, -1)) do
  local key = P .. 'jobs:repo:' .. repo
  local tooMany = redis.call('ZCARD', key) - a.repoKeeps
  if tooMany > 0 then
    for _, id in ipairs(redis.call('ZRANGE', key, 0, math.min(tooMany, a.most) - 1)) do take(id) end
  end
end
return found
