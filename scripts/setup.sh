#!/usr/bin/env bash
# Prepares this machine for `npm test`: npm packages, rootless podman, nats-server, a registry, a static busybox and, where
# there is no C compiler, a small one for the tests of power cuts.
# Idempotent, and quiet when there is nothing to do. Podman and its helpers are installed from the distribution; the rest
# goes to .tools/ in the project. It starts no service and replaces nothing of the system.
#   scripts/setup.sh [nodes]  nodes: also the newer Node versions that the tests run on, from the npm package `node`
#   MCP_SETUP_INSTALL=0       never install packages: say which are missing instead
#   MCP_TEST_SKIP=podman,nats leave these parts out, of set-up and of the tests
#   MCP_NATS_SERVER, MCP_REGISTRY, MCP_BUSYBOX, MCP_COMPILER   programs of your own (nats-server >= 2.10, docker-registry,
#                             static busybox, a C compiler)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly NODE_WANTED=20.18.1 NATS_WANTED=2.10.0 PODMAN_WANTED=4.3.0
readonly TOOLS=$PWD/.tools
readonly LOG=$TOOLS/setup.log
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$@" >&2; exit 1; }
skips() { [[ ,${MCP_TEST_SKIP:-}, == *,$1,* ]]; }
at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -1) == "$2" ]]; } # have wanted
have() { command -v "$1" >/dev/null; }
have_helper() { have "$1" || [[ -x /usr/lib/podman/$1 || -x /usr/libexec/podman/$1 ]]; }
logged() { "$@" >>"$LOG" 2>&1; }

check_node() {
  have node || fail "Node.js is missing: install version $NODE_WANTED or newer"
  local version; version=$(node --version); version=${version#v}
  at_least "$version" $NODE_WANTED || fail "Node.js $version is too old: install version $NODE_WANTED or newer"
}

npm_packages() {
  if [[ ! -f package-lock.json ]]; then
    if [[ ! -d node_modules ]]; then say "npm packages (npm install)"; npm install --no-audit --no-fund --loglevel=error; fi
  elif [[ ! -f node_modules/.package-lock.json || package-lock.json -nt node_modules/.package-lock.json ]]; then
    say "npm packages (npm ci)"
    npm ci --no-audit --no-fund --loglevel=error
    touch node_modules/.package-lock.json
  fi
}

# The tests run on the oldest Node that we support and on these newer ones: .tools/node<major>.
readonly NEWER_NODES=(22 24)
newer_nodes() {
  local major
  for major in "${NEWER_NODES[@]}"; do
    local home=$TOOLS/node$major
    if [[ ! -x $home/node_modules/node/bin/node ]]; then
      say "Node $major (npm package node@$major)"
      rm -rf "$home"
      logged npm install --prefix "$home" --no-save --no-package-lock --no-audit --no-fund --loglevel=error "node@$major" ||
        fail "node@$major cannot be installed (log: .tools/setup.log)"
    fi
    PARTS+=("node $("$home/node_modules/node/bin/node" --version)")
  done
}

# --- podman ---------------------------------------------------------------------------------------------------------

# The distribution's packages that are missing for rootless podman with networks, names and published ports, one a line.
missing_packages() {
  have podman || echo podman
  have runc || { [[ -f /sys/fs/cgroup/cgroup.controllers ]] && have crun; } || echo runc # crun refuses mixed cgroups
  have newuidmap || echo uidmap
  have slirp4netns || have pasta || printf '%s\n' slirp4netns passt
  have_helper netavark || echo netavark
  have_helper aardvark-dns || echo aardvark-dns
  have_helper catatonit || echo catatonit
  have iptables || echo iptables
  have ip || echo iproute2
}

as_root() { if [[ $(id -u) == 0 ]]; then "$@"; else sudo -n env DEBIAN_FRONTEND=noninteractive "$@"; fi; }
may_install() { [[ ${MCP_SETUP_INSTALL:-1} != 0 ]] && have apt-get && { [[ $(id -u) == 0 ]] || sudo -n true 2>/dev/null; }; }

# No service of a package we install may start. The policy file is removed again, whatever happens.
readonly POLICY=/usr/sbin/policy-rc.d
forbid_services() {
  [[ -e $POLICY ]] && return
  trap 'as_root rm -f $POLICY' EXIT
  printf '#!/bin/sh\nexit 101\n' | as_root tee $POLICY >/dev/null
  as_root chmod 755 $POLICY
}
allow_services() { if [[ $(trap -p EXIT) ]]; then as_root rm -f $POLICY; trap - EXIT; fi; }

install_packages() {
  say "installing $* (log: .tools/setup.log)"
  local units=()
  have podman || units=(podman.socket podman.service podman-restart.service podman-auto-update.timer podman-auto-update.service)
  forbid_services
  logged as_root apt-get update || say "apt-get update failed; trying with the package lists that are there"
  logged as_root apt-get install -y --no-install-recommends "$@" || { tail -5 "$LOG" >&2; fail "apt-get could not install $*"; }
  allow_services
  # The package enables podman's system-wide services; the project needs none of them.
  if have systemctl && ((${#units[@]})); then logged as_root systemctl disable "${units[@]}" || true; fi
}

podman_ready() {
  local missing; mapfile -t missing < <(missing_packages)
  if ((${#missing[@]})); then
    may_install || fail "rootless podman needs packages that are missing and cannot be installed from here: ${missing[*]}" \
      "Install them:   sudo apt-get install --no-install-recommends ${missing[*]}" "or leave podman out: MCP_TEST_SKIP=podman"
    install_packages "${missing[@]}"
  fi
  local version; version=$(podman --version); version=${version##* }
  at_least "$version" $PODMAN_WANTED || fail "podman $version is too old: $PODMAN_WANTED or newer is needed, or MCP_TEST_SKIP=podman"
  if [[ $(id -u) != 0 ]]; then user_ready; fi
  tool registry "${MCP_REGISTRY:-}" "" docker-registry usr/bin/docker-registry
  tool busybox "${MCP_BUSYBOX:-}" "" busybox-static bin/busybox usr/bin/busybox
  PARTS+=("podman $version")
}

# An ordinary user runs the containers, so they need what root creates for a throw-away user.
user_ready() {
  local name; name=$(id -un)
  grep -qE "^($name|$(id -u)):" /etc/subuid && grep -qE "^($name|$(id -u)):" /etc/subgid || fail "user $name has no subordinate ids, which rootless podman needs." \
    "Add some:   sudo usermod --add-subuids 1000000-1065535 --add-subgids 1000000-1065535 $name"
  [[ -r /dev/net/tun && -w /dev/net/tun ]] || fail "/dev/net/tun is closed to users, so containers have no network." \
    "Open it:   sudo chmod 666 /dev/net/tun"
}

# --- tools from packages that are not installed ---------------------------------------------------------------------

# Base addresses of the mirrors of this machine's apt, the distribution's own first. Others do no harm: the distribution does
# not sign what they offer. (Before the first update, apt knows addresses only, not which are the distribution's.)
mirrors() {
  {
    # shellcheck disable=SC2016 # apt-get fills these in
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' |
      awk -F'|' '$3 == "main" { print (($1 == "Debian" || $1 == "Ubuntu") && $1 == $2 ? 1 : 2), $4 }' | sort -u | cut -d' ' -f2
    apt-get update --print-uris 2>>"$LOG" | sed -nE "s,^'([^']*/)dists/.*,\\1,p"
  } | awk '!seen[$0]++'
}

# Downloads a package of a suite ("" = the machine's own) into the current directory, with apt's own signature checks.
# Package lists and state are private, so neither the system's sources nor its lists change, and no rights are needed.
download() { # suite package
  local suite=$1 package=$2 keyring mirror
  . /etc/os-release
  if [[ -z $suite ]] && logged apt-get download "$package"; then return; fi
  keyring=/usr/share/keyrings/${ID}-archive-keyring.gpg
  [[ -f $keyring ]] || { echo "no keyring $keyring to check signatures with" >>"$LOG"; return 1; }
  mkdir -p apt/state/lists/partial apt/cache/archives/partial
  local options=(-o Dir::Etc::sourcelist="$PWD/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State="$PWD/apt/state"
    -o Dir::State::status=/dev/null -o Dir::Cache="$PWD/apt/cache" -o APT::Sandbox::User= -o Acquire::Languages=none
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false)
  echo "fetching $package of suite ${suite:-$VERSION_CODENAME}" >>"$LOG"
  for mirror in $(mirrors); do
    local components=main; [[ $ID == ubuntu ]] && components="main universe"
    echo "deb [signed-by=$keyring] $mirror ${suite:-$VERSION_CODENAME} $components" >apt/sources.list
    if logged apt-get "${options[@]}" update -o APT::Update::Error-Mode=any && logged apt-get "${options[@]}" download "$package"; then return; fi
  done
  return 1
}

# Unpacks a package of a suite into .tools/<package>-<version>/ and links the first of the given programs as .tools/<link>.
unpack() { # link suite package program...
  local link=$1 suite=$2 package=$3; shift 3
  local work; work=$(mktemp -d "$TOOLS/fetch.XXXXXX")
  if ! (cd "$work" && download "$suite" "$package"); then
    grep -h '^E: ' "$LOG" | tail -1 >&2 || true # why apt refused
    rm -rf "$work"; return 1
  fi
  local deb=("$work"/*.deb) version
  version=$(dpkg-deb -f "${deb[0]}" Version); version=${version#*:}; version=${version%%[-+]*}
  local home=$package-$version program
  rm -rf "${TOOLS:?}/$home"
  dpkg-deb -x "${deb[0]}" "$TOOLS/$home"
  rm -rf "$work"
  for program; do
    if [[ -x $TOOLS/$home/$program ]]; then ln -sfn "$home/$program" "$TOOLS/$link"; say "fetched $package $version"; return; fi
  done
  return 1
}

tool() { # link own suite package program...
  local link=$1 own=$2; shift 2
  if [[ -n $own ]]; then [[ -x $own ]] || fail "$own, named for $link, is not an executable file"; return; fi
  [[ -x $TOOLS/$link ]] || unpack "$link" "$@" || fail "$2 could not be fetched (log: .tools/setup.log)." \
    "Install it yourself and name the program: MCP_${link^^}=/path, or leave podman out: MCP_TEST_SKIP=podman"
}

nats_version() { { "$1" --version 2>/dev/null || true; } | sed -n 's/^nats-server: v//p'; }
nats_suits() { have "$1" && at_least "$(nats_version "$1")" $NATS_WANTED; }

nats_ready() {
  local server=$TOOLS/nats-server newest=sid older=trixie
  if [[ $(. /etc/os-release && echo "$ID") == ubuntu ]]; then newest=devel older=noble; fi
  if [[ -n ${MCP_NATS_SERVER:-} ]]; then
    nats_suits "$MCP_NATS_SERVER" || fail "MCP_NATS_SERVER=$MCP_NATS_SERVER is not nats-server $NATS_WANTED or newer"
    server=$MCP_NATS_SERVER
  elif nats_suits nats-server; then
    server=nats-server
  elif ! nats_suits "$server"; then
    unpack nats-server $newest nats-server usr/bin/nats-server usr/sbin/nats-server && nats_suits "$server" ||
      fail "no nats-server $NATS_WANTED or newer is on PATH, and none could be fetched (log: .tools/setup.log)." \
        "Install one, or name it: MCP_NATS_SERVER=/path, or leave it out: MCP_TEST_SKIP=nats"
  fi
  [[ -x $TOOLS/nats-server-2.10 ]] || unpack nats-server-2.10 $older nats-server usr/bin/nats-server usr/sbin/nats-server ||
    say "no nats-server 2.10 could be fetched: the suites run on one version only"
  PARTS+=("nats-server $(nats_version "$server")")
}

# tcc needs neither the C library's headers nor a linker, so it is used without being installed.
compiler_ready() {
  local name
  if [[ -n ${MCP_COMPILER:-} ]]; then
    [[ -x $MCP_COMPILER ]] || fail "$MCP_COMPILER, named for MCP_COMPILER, is not an executable file"
    return
  fi
  for name in cc gcc clang; do if have "$name"; then return; fi; done
  [[ -x $TOOLS/tcc ]] || unpack tcc "" tcc usr/bin/tcc || fail "there is no C compiler, and tcc could not be fetched (log: .tools/setup.log)." \
    "Install one:   sudo apt-get install --no-install-recommends tcc" "or name one: MCP_COMPILER=/path"
}

main() {
  check_node
  mkdir -p "$TOOLS"
  if have flock; then exec 9>"$TOOLS/lock" && flock 9; fi # one set-up at a time
  : >"$LOG"
  npm_packages
  PARTS=("node $(node --version)")
  if [[ ${1:-} == nodes ]]; then newer_nodes; fi
  compiler_ready
  if skips nats; then PARTS+=("nats-server left out"); else nats_ready; fi
  if skips podman; then PARTS+=("podman left out"); else podman_ready; fi
  local line; printf -v line ', %s' "${PARTS[@]}"
  say "ready: ${line:2}"
}
main "$@"
