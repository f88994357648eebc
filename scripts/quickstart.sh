#!/usr/bin/env bash
# `npm run quickstart`: from a fresh clone to a service that is deployed, killed, repaired and reported, on a real bus
# and real rootless podman. Leaves the trial set-up running.
#   --clean         removes the trial set-up at the end
#   --node <name>   names the node (default: as `mcp dev`)
set -euo pipefail
cd "$(dirname "$0")/.."

clean="" dev=(dev)
while [ $# -gt 0 ]; do
  case $1 in
    --clean) clean=yes ;;
    --node) dev+=(--node "$2"); shift ;;
    *) echo "unknown option: $1" >&2; exit 2 ;;
  esac
  shift
done
data="${XDG_DATA_HOME:-$HOME/.local/share}/mcp/dev"
definition="$data/services/hello.toml"
work=$(mktemp -d)
trap finish EXIT

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
run() { printf '\033[2m$ %s\033[0m\n' "$*"; "$@"; }
mcp() { bin/mcp "$@"; }

# The process that dev.pid names, while it is an `mcp dev`.
dev_pid() {
  local pid; pid=$(cat "$data/dev.pid" 2>/dev/null) || return 1
  tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qx dev && echo "$pid"
}

# A run with --clean leaves nothing behind, also when a step has failed.
finish() {
  local code=$?
  if [ "$code" != 0 ] && [ -n "$clean" ] && [ -d "$data" ]; then stop_and_remove || true; fi
  rm -rf "$work"
  exit "$code"
}

stop_and_remove() {
  if pid=$(dev_pid); then kill -INT "$pid"; fi
  until_done 30 "mcp dev exits" test ! -f "$data/dev.pid"
  run mcp dev remove --yes
}

# Waits until a command succeeds: until_done <seconds> <what> <command...>
until_done() {
  local seconds=$1 what=$2 i
  shift 2
  for ((i = 0; i < seconds * 5; i++)); do
    "$@" >/dev/null 2>&1 && return 0
    sleep 0.2
  done
  echo "timeout after $seconds s: $what" >&2
  return 1
}

# Succeeds when `mcp dev` is ready, or has ended before that.
settled() { grep -q '^ready' "$work/dev.log" || ! kill -0 "$1"; }

# `mcp dev` writes the example's definition, with its node and a free port, when it has made the image.
require_definition() {
  [ -e "$definition" ] && return
  echo "there is no $definition: mcp dev could not make the example image" >&2
  return 1
}

say "Set-up and build"
bash scripts/setup.sh
npm run --silent build

say "A bus and an agent on this machine (mcp dev)"
if pid=$(dev_pid); then
  echo "already running: process $pid"
else
  setsid bin/mcp "${dev[@]}" >"$work/dev.log" 2>&1 </dev/null &
  pid=$!
  until_done 90 "mcp dev" settled "$pid" || true
  grep -q '^ready' "$work/dev.log" || { cat "$work/dev.log" >&2; exit 1; }
  grep -v '^$' "$work/dev.log" | head -3
  echo "(process $pid)"
fi
export MCP_CONFIG="$data/mcp.toml"
run mcp node list

say "Deploy"
require_definition
run mcp deploy hello
run mcp status hello
run mcp ps

say "Kill the container behind mcp's back"
bin/mcp events -f --json >"$work/events.ndjson" 2>/dev/null & # not the function: kill would end a subshell only
watcher=$!
started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
sleep 1
run mcp dev exec podman kill hello
until_done 30 "the repair" grep -q drift-closed "$work/events.ndjson"
kill "$watcher" 2>/dev/null || true
wait "$watcher" 2>/dev/null || true
echo
echo "the event stream:"
run mcp events --service hello --since "$started"
until_done 30 "the service has converged" mcp status hello --check
run mcp ps

if [ -n "$clean" ]; then
  say "Clean up"
  stop_and_remove
  exit 0
fi

say "It works. Next steps"
cat <<EOF
  export MCP_CONFIG=$MCP_CONFIG
  export PATH="$PWD/bin:\$PATH"
  mcp --help
  \$EDITOR $definition && mcp plan hello && mcp deploy hello
  mcp events -f

Clean up:
  kill -INT $(cat "$data/dev.pid"); sleep 3; mcp dev remove
EOF
