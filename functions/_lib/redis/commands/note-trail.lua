-- Notes what became of a commit.
-- KEYS    none (touches trail:<sha>)
-- ARGV[1] JSON {sha, code, text}
-- Returns nothing
-- Events  none
-- @include trail

local a = cjson.decode(ARGV[1])
note(a.sha, a.code, a.text)
return 'ok'
