-- Makes known, once, that a ref of a mirror now is at a commit.
-- KEYS    none (touches heads:<repo>, inbox:enqueue, trail:<sha>)
-- ARGV[1] JSON {repo, ref, sha, seq: '' to take one now, event: CloudEvent of type mirror.updated without id and data.seq,
--         building: true when a commit that was only recorded is to be built}
-- Returns announced | unchanged
-- Events  none
-- @include inbox
-- @include trail
-- @include events

local a = cjson.decode(ARGV[1])
local key = P .. 'heads:' .. a.repo
local head = redis.call('HGET', key, a.ref)
if head == a.sha or (head == a.sha .. ' recorded' and not a.building) then
  note(a.sha, 'unchanged', a.repo .. ' ' .. a.ref .. ' was already known to be here')
  return 'unchanged'
end
redis.call('HSET', key, a.ref, a.sha)
a.event.data.seq = a.seq ~= '' and a.seq or string.format('%015d-%06d', now(), 0)
post('enqueue', a.event)
note(a.sha, 'announced', a.repo .. ' ' .. a.ref .. ' is at this commit')
tell('mirror', a.repo, '')
return 'announced'
