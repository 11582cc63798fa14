-- Key names, as in keys.ts. One Redis, no cluster: scripts build the names of the keys they touch.
local P = 'raibid:'
local LIVE, ALL, COUNTS, CONTROL = P .. 'jobs:live', P .. 'jobs:all', P .. 'counts', P .. 'control'
local EVENTS, DELAYED, LEASES, AGENTS = P .. 'events', P .. 'delayed', P .. 'leases', P .. 'agents'
local MIRRORS, LOGS_ENDED, GROUP = P .. 'mirrors', P .. 'logs:ended', 'agents'
