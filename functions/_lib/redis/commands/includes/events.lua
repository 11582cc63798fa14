-- @include keys
-- Tells live views that something changed: a hint, never the truth.
local function tell(type, key, state)
  redis.call('XADD', EVENTS, 'MAXLEN', '~', 10000, '*', 'type', type, 'key', key, 'state', state or '')
end
