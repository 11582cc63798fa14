-- @include keys
-- @include clock
-- Remembers for a week what became of a commit, for `raibid why`.
local function note(sha, code, text)
  local key = P .. 'trail:' .. sha
  redis.call('RPUSH', key, cjson.encode({ at = now(), code = code, text = text }))
  redis.call('LTRIM', key, -50, -1)
  redis.call('EXPIRE', key, 604800)
end
