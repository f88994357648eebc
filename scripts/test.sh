#!/usr/bin/env bash
# Everything `npm test` does: set-up, build, checks, then the levels of tests in order. All of it runs even when a part
# fails; the closing lines name what failed and what was left out.
#   scripts/test.sh [unit] [contract] [integration] [e2e] [fault]    no level named = all of them
#   MCP_TEST_SKIP=podman,nats    leave out what needs these; any other skipped test fails the run
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly LEVELS=(unit contract integration e2e fault)
FAILED=()
REPORTS=$(mktemp -d)
STAGE=$(mktemp -d)
trap 'rm -rf "$REPORTS" "$STAGE"' EXIT

say() { printf '\n== %s\n' "$*"; }

# Tests of a level may run side by side up to a number of files; the deadline (seconds) is for a whole file.
concurrency_of() { case $1 in unit) nproc ;; contract | integration) echo 2 ;; *) echo 1 ;; esac; }
deadline_of() { case $1 in unit) echo 120 ;; contract | integration) echo 300 ;; *) echo 1200 ;; esac; }

files_of() {
  # What lies in test/ itself is about the whole project, and needs nothing.
  if [[ $1 == unit ]]; then find test -maxdepth 1 -name '*.test.ts' | sort; fi
  find "test/$1" -name '*.test.ts' | sort
}

part() { # name command...
  say "$1"
  "${@:2}" || FAILED+=("$1")
}

level() {
  local files
  mapfile -t files < <(files_of "$1")
  if ((${#files[@]} == 0)); then
    echo "test/$1 holds no tests" >&2
    return 1
  fi
  node --import tsx --test --test-concurrency="$(concurrency_of "$1")" --test-timeout="$(($(deadline_of "$1") * 1000))" \
    --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$REPORTS/$1" "${files[@]}"
}

# Titles of skipped tests, one a line: `level: title (reason)`.
skipped() {
  local name
  for name in "$@"; do
    [[ -f $REPORTS/$name ]] || continue
    sed -nE "s/^ *ok [0-9]+ - (.*) # SKIP ?(.*)$/$name: \1 (\2)/p" "$REPORTS/$name"
  done
}

# What was left out, and whether that was asked for.
account_for_skipped() {
  local lines
  lines=$(skipped "$@")
  [[ -n $lines ]] || return 0
  printf 'left out:\n'
  sed 's/^/  /' <<<"$lines"
  [[ -n ${MCP_TEST_SKIP:-} ]] || FAILED+=("tests skipped although MCP_TEST_SKIP is not set")
}

wanted() {
  local name
  for name in "$@"; do
    [[ " ${LEVELS[*]} " == *" $name "* ]] || { echo "no level $name; there are: ${LEVELS[*]}" >&2; exit 2; }
  done
  if (($#)); then printf '%s\n' "$@"; else printf '%s\n' "${LEVELS[@]}"; fi
}

main() {
  local levels list name
  list=$(wanted "$@")
  mapfile -t levels <<<"$list"
  say "set-up"
  bash scripts/setup.sh
  part build npm run --silent build
  # As root the nodes of a test fleet are other users, who may not be allowed into this directory.
  eval "$(node --import tsx scripts/stage-programs.ts "$STAGE")"
  part check npm run --silent check
  for name in "${levels[@]}"; do part "$name" level "$name"; done
  say "summary: ${levels[*]}"
  account_for_skipped "${levels[@]}"
  if [[ -n ${MCP_TEST_SKIP:-} ]]; then echo "MCP_TEST_SKIP=$MCP_TEST_SKIP: this was not the whole of it"; fi
  if ((${#FAILED[@]} == 0)); then echo "all passed"; return 0; fi
  printf 'FAILED: %s\n' "${FAILED[@]}"
  return 1
}
main "$@"
