import { LOCK_DESCRIPTOR } from '../stray/kill-strays.js';

/**
 * Leads the session of one step: POSIX sh, run as `sh -c LEADER leader <pipe> <argv...>`. Descriptors: 0 the word to go,
 * 3 the death pipe, whose other end only the agent holds, 4 the workspace's lock. Its exit code is the step's. Programs of
 * its own come from the system's path (`command -p`), whatever PATH the step was given.
 */
export const LEADER = `
# The watcher must outlive every signal but SIGKILL, from its first moment on.
trap '' TERM INT HUP
(
  # End of file means that the agent is gone, whatever it died of.
  read -r nothing <&3
  read -r self nothing </proc/self/stat
  for round in 1 2; do
    # Some left the group (timeout(1)), some the session (setsid), but these keep the cookie.
    for stat in /proc/[0-9]*/stat; do
      read -r line <"$stat" || continue
      pid=\${line%% *}
      set -- \${line##*) }
      [ "$4" != "$$" ] || [ "$pid" = "$self" ] || kill -KILL "$pid"
    done
    [ -n "$RAIBID_ATTEMPT_ID" ] || continue
    for file in $(command -p grep -lsxzF -e "RAIBID_ATTEMPT_ID=$RAIBID_ATTEMPT_ID" /proc/[0-9]*/environ); do
      pid=\${file#/proc/}
      pid=\${pid%/environ}
      [ "$pid" = "$self" ] || kill -KILL "$pid"
    done
    # A daemon that wrote its title over its environment still has the lock.
    for file in $(command -p find /proc/[0-9]*/fd/${LOCK_DESCRIPTOR} -prune -lname "*/$RAIBID_ATTEMPT_ID/lock" 2>/dev/null); do
      pid=\${file#/proc/}
      pid=\${pid%/fd/${LOCK_DESCRIPTOR}}
      [ "$pid" = "$self" ] || kill -KILL "$pid"
    done
  done
  kill -KILL 0
) >/dev/null &
watcher=$!
# A handler, unlike an ignored signal, is reset for the step; the leader itself lives until the step is gone.
trap : TERM INT HUP
# Not node's own pipe, which is a socket, on which \`echo >/dev/stderr\` fails. Opened both ways first, so as not to wait.
command -p mkfifo -m 600 "$1" || exit 125
exec 5<>"$1" || exit 125
exec >"$1" 5>&-
shift
printf '%s\\n' "$watcher" >&3
read -r go || exit 125
unset PWD OLDPWD SHLVL
# In the foreground, since sh makes background commands ignore SIGINT. Signals sent before the word are lost.
(echo started >&3; exec "$@" </dev/null 2>&1 3<&-)
exit $?
`;
