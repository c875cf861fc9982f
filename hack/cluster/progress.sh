# shellcheck shell=bash
# Progress of work that takes minutes and prints nothing worth reading while it succeeds.

duration() { # duration SECONDS: "1 min 12 s"
  if [ "$1" -lt 60 ]; then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}

# with_progress LABEL SINCE COMMAND...: run the command, its output kept back and shown only when it fails.
# On a terminal one line is refreshed every second; elsewhere a line is printed at the start and every 30 s.
with_progress() {
  local label=$1 since=$2 log child status=0 last
  shift 2
  log=$(mktemp)
  "$@" >"$log" 2>&1 9>&- &
  child=$!
  # shellcheck disable=SC2064 # the values of now are meant
  trap "kill $child 2>/dev/null; rm -f '$log'; exit 130" INT TERM
  last=$SECONDS
  show_progress "$label" "$since"
  while kill -0 "$child" 2>/dev/null; do
    sleep 0.2
    if [ -t 2 ] && [ "$SECONDS" -gt "$last" ] || [ "$SECONDS" -ge $((last + 30)) ]; then
      show_progress "$label" "$since"
      last=$SECONDS
    fi
  done
  wait "$child" || status=$?
  trap - INT TERM
  [ ! -t 2 ] || printf '\r\033[K' >&2
  [ "$status" = 0 ] || { echo "$label failed:" >&2; cat "$log" >&2; }
  rm -f "$log"
  return "$status"
}

show_progress() { # show_progress LABEL SINCE
  if [ -t 2 ]; then
    printf '\r\033[K%s, %s elapsed' "$1" "$(duration $((SECONDS - $2)))" >&2
  else
    echo "$1, $(duration $((SECONDS - $2))) elapsed" >&2
  fi
}
