-- Releases a lock, or prolongs it, if it is still the caller's.
-- KEYS    none (touches lock:<name>)
-- ARGV[1] JSON {name, owner, prolongMs: 0 to release}
-- Returns 1 when the lock was the caller's
-- Events  none
-- @include keys

local a = cjson.decode(ARGV[1])
local key = P .. 'lock:' .. a.name
if redis.call('GET', key) ~= a.owner then return 0 end
if a.prolongMs > 0 then return redis.call('PEXPIRE', key, a.prolongMs) end
return redis.call('DEL', key)
