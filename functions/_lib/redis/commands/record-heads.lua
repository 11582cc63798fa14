-- Records where the refs of a new mirror are, without building them.
-- KEYS    none (touches heads:<repo>)
-- ARGV[1] JSON {repo, refs: {ref: sha}}
-- Returns nothing
-- Events  none
-- @include keys

local a = cjson.decode(ARGV[1])
for ref, sha in pairs(a.refs) do redis.call('HSETNX', P .. 'heads:' .. a.repo, ref, sha .. ' recorded') end
return 'ok'
