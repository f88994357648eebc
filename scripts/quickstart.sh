#!/usr/bin/env bash
# `npm run quickstart`: from a fresh clone to a service that is deployed, killed, repaired and reported, on a real bus
# and real rootless podman. Leaves the trial set-up running; `--clean` removes it at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

clean=""
[ "${1:-}" = "--clean" ] && clean=yes
data="${XDG_DATA_HOME:-$HOME/.local/share}/mcp/dev"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
run() { printf '\033[2m$ %s\033[0m\n' "$*"; "$@"; }
mcp() { bin/mcp "$@"; }

# Waits until a command succeeds: until <seconds> <what> <command...>
until_done() {
  local seconds=$1 what=$2 i
  shift 2
  for ((i = 0; i < seconds * 5; i++)); do
    "$@" >/dev/null 2>&1 && return 0
    sleep 0.2
  done
  echo "gave up after $seconds s: $what" >&2
  return 1
}

say "Set-up and build"
bash scripts/setup.sh
npm run --silent build

say "A bus and an agent on this machine (mcp dev)"
if [ -f "$data/dev.pid" ] && kill -0 "$(cat "$data/dev.pid")" 2>/dev/null; then
  echo "already running as process $(cat "$data/dev.pid")"
else
  setsid bin/mcp dev >"$work/dev.log" 2>&1 </dev/null &
  pid=$!
  until_done 60 "mcp dev" grep -q '^ready' "$work/dev.log" || { cat "$work/dev.log" >&2; exit 1; }
  grep -v '^$' "$work/dev.log" | head -3
  echo "(process $pid)"
fi
export MCP_CONFIG="$data/mcp.toml"
run mcp node list

say "The example image, built for the node's user"
mkdir "$work/hello"
cp -rL examples/hello/. "$work/hello/"
cp -L "$(readlink -f .tools/busybox 2>/dev/null || command -v busybox)" "$work/hello/busybox"
chmod -R a+rX "$work"
run mcp dev exec podman build --quiet --tag localhost/hello:v1 "$work/hello"

say "Deploy"
cp -n examples/hello.toml "$data/services/" 2>/dev/null || true
run mcp deploy hello
run mcp status hello
run mcp ps

say "Kill the container behind mcp's back"
mcp events -f --json >"$work/events.ndjson" 2>/dev/null &
watcher=$!
started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
sleep 1
run mcp dev exec podman kill hello
until_done 30 "the repair" grep -q drift-closed "$work/events.ndjson"
kill "$watcher" 2>/dev/null || true
wait "$watcher" 2>/dev/null || true
echo
echo "what the event stream said:"
run mcp events --service hello --since "$started"
until_done 30 "the service is right again" mcp status hello --check
run mcp ps

if [ -n "$clean" ]; then
  say "Clean up"
  kill -INT "$(cat "$data/dev.pid")"
  until_done 30 "mcp dev to end" test ! -f "$data/dev.pid"
  run mcp dev remove --yes
  exit 0
fi

say "It works. Go on with"
cat <<EOF
  export MCP_CONFIG=$MCP_CONFIG
  export PATH="$PWD/bin:\$PATH"
  mcp --help
  \$EDITOR $data/services/hello.toml && mcp plan hello && mcp deploy hello
  mcp events -f

Clean up:
  kill -INT $(cat "$data/dev.pid") && sleep 3 && mcp dev remove
EOF
