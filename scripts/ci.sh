#!/usr/bin/env bash
# What CI runs, as root: set-up, then the whole `npm test` as a throw-away ordinary user with a copy of the project, as most
# people run it; then, as root, the tests that differ there (`scripts/test.sh root`). The user is removed at the end.
# The last line counts the tests of both; the exit code is 0 only when all of them passed.
#   scripts/ci.sh [level...]    run only these levels as the user (see scripts/test.sh)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly USER_NAME=mcpci$$ # not mcp-…: those are users that the programs create
LOGS=$(mktemp -d)
trap clean_up EXIT

say() { printf '\n### %s\n' "$*"; }

if [[ $(id -u) != 0 ]]; then exec bash scripts/test.sh "$@"; fi

# Subordinate ids are added by useradd on most systems, and by us on the others.
create_user() {
  useradd --create-home --shell /bin/bash --comment "throw-away user of scripts/ci.sh" "$USER_NAME"
  if ! grep -q "^$USER_NAME:" /etc/subuid || ! grep -q "^$USER_NAME:" /etc/subgid; then
    local start; start=$(awk -F: '$2 + $3 > n { n = $2 + $3 } END { print n > 1000000 ? n : 1000000 }' /etc/subuid /etc/subgid)
    usermod --add-subuids "$start-$((start + 65535))" --add-subgids "$start-$((start + 65535))" "$USER_NAME"
  fi
  if [[ -e /dev/net/tun ]]; then chmod 666 /dev/net/tun; fi # a normal machine's mode
}

copy_project() {
  local home; home=$(user_home)
  mkdir "$home/project"
  tar --create --exclude=./dist . | tar --extract --directory "$home/project"
  if [[ -f ~/.npmrc ]]; then install -m 600 ~/.npmrc "$home/.npmrc"; fi # which registry, which certificates
  chown -R "$USER_NAME:" "$home"
}

user_home() { getent passwd "$USER_NAME" | cut -d: -f6; }

# As after `su -`: no login session, so no runtime directory.
as_user() {
  local home; home=$(user_home)
  env -u XDG_RUNTIME_DIR -u XDG_DATA_HOME -u XDG_CONFIG_HOME -u XDG_STATE_HOME -u XDG_CACHE_HOME -u TMPDIR \
    HOME="$home" USER="$USER_NAME" LOGNAME="$USER_NAME" SHELL=/bin/bash \
    setpriv --reuid="$USER_NAME" --regid="$USER_NAME" --init-groups --inh-caps=-all -- \
    bash -c 'cd "$HOME/project" && exec "$@"' as_user "$@"
}

# Processes of the user and of their containers, which run under the subordinate ids.
user_processes() {
  local uid start; uid=$(id -u "$USER_NAME")
  start=$(awk -F: -v name="$USER_NAME" '$1 == name { print $2; exit }' /etc/subuid)
  cat /proc/[0-9]*/status 2>/dev/null | awk -v uid="$uid" -v start="${start:-0}" '
    $1 == "State:" { dead = $2 ~ /[ZX]/ } $1 == "Pid:" { pid = $2 }
    $1 == "Uid:" && !dead && ($2 == uid || (start > 0 && $2 >= start && $2 < start + 65536)) { print pid }'
}

remove_user() {
  local pids i
  for ((i = 0; i < 100; i++)); do
    mapfile -t pids < <(user_processes)
    if ((${#pids[@]} == 0)); then break; fi
    kill -KILL "${pids[@]}" 2>/dev/null || true
    sleep 0.1
  done
  find /tmp /var/tmp /run/user /dev/shm -maxdepth 1 -user "$USER_NAME" -exec rm -rf {} + 2>/dev/null || true
  rm -rf "$(user_home)"
  userdel "$USER_NAME" 2>/dev/null || userdel --force "$USER_NAME"
}

clean_up() {
  if id "$USER_NAME" >/dev/null 2>&1; then remove_user; fi
  rm -rf "$LOGS"
}

# Runs a command and keeps its output for the totals.
logged() { # name command...
  "${@:2}" 2>&1 | tee "$LOGS/$1"
}

totals() {
  sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$LOGS"/* |
    awk -v codes="$1" '{ p += $1; f += $2 } END { if (f == 0 && codes > 0) f = codes; printf "%d passed, %d failed\n", p, f }'
}

main() {
  local failed=0
  say "set-up, as root"
  bash scripts/setup.sh nodes
  say "npm test, as the ordinary user $USER_NAME"
  create_user
  copy_project
  logged user as_user npm test -- "$@" || failed=$((failed + 1))
  remove_user
  say "the parts that differ for root"
  logged root bash scripts/test.sh root || failed=$((failed + 1))
  say "all of it"
  totals "$failed"
  ((failed == 0))
}
main "$@"
