-- @include admit
-- An entry that no agent can get any more: made anew when its job still waits for it, dropped otherwise. Returns whether it acted.
local function renewEntry(agentType, entry)
  local stream = P .. 'ready:' .. agentType
  local found = redis.call('XRANGE', stream, entry, entry)[1]
  local id = found and found[2][2] or ''
  local job = readJob(id, 'state', 'entry')
  if job.state == 'running' and job.entry == entry then return false end
  redis.call('XACK', stream, GROUP, entry)
  redis.call('XDEL', stream, entry)
  if job.state == 'ready' and job.entry == entry then
    local again = redis.call('XADD', stream, '*', 'job', id)
    redis.call('HSET', P .. 'job:' .. id, 'entry', again)
  end
  return true
end
