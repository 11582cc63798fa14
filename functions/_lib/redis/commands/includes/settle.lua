-- @include keys
-- Ends an entry of an inbox for good: acknowledged, its tries forgotten, deleted if that is wanted. Returns whether it was still pending.
-- inbox: {stream, group, tries, dead, lock, wish, deletes: always | alone (while no other group reads the stream) | never}
local function settle(inbox, entry)
  local acked = redis.call('XACK', inbox.stream, inbox.group, entry)
  local alone = inbox.deletes == 'alone' and acked == 1 and #redis.call('XINFO', 'GROUPS', inbox.stream) == 1
  if alone or inbox.deletes == 'always' then redis.call('XDEL', inbox.stream, entry) end
  redis.call('HDEL', inbox.tries, entry)
  return acked
end
