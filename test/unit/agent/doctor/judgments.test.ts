/** What `mcp-agent doctor` makes of facts: a row a case, so that every verdict and remedy stands here. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type {
  BusFacts,
  DirectoryFacts,
  KeysFacts,
  PodmanFacts,
  PodmanInfo,
  UserFacts,
} from "../../../../src/agent/doctor/facts.ts";
import { judgeHabits, judgeNetwork } from "../../../../src/agent/doctor/judge-network.ts";
import { judgeBus, judgeCreds, judgeFilesRoot, judgeStoreDir } from "../../../../src/agent/doctor/judge-own.ts";
import { judgePodman } from "../../../../src/agent/doctor/judge-podman.ts";
import { judgeUser } from "../../../../src/agent/doctor/judge-user.ts";
import type { CheckResult, DoctorCheck } from "../../../../src/schemas/output/doctor-output.ts";

const USER: UserFacts = {
  name: "mcp",
  uid: 1000,
  subuid: "mcp:100000:65536\n",
  subgid: "mcp:100000:65536\n",
  helpers: [
    { name: "newuidmap", path: "/usr/bin/newuidmap", setuid: true },
    { name: "newgidmap", path: "/usr/bin/newgidmap", setuid: true },
  ],
  systemd: true,
  lingers: true,
  runtimeDir: { given: "/run/user/1000", path: "/run/user/1000", exists: true, owned: true },
};

const INFO: PodmanInfo = {
  version: "4.9.3",
  rootless: true,
  cgroupVersion: "v2",
  controllers: ["cpu", "memory", "pids"],
  storageDriver: "overlay",
  graphRoot: "/home/mcp/.local/share/containers/storage",
  networkBackend: "netavark",
  logDriver: "journald",
};

const KEYS: KeysFacts = { count: 12, bytes: 840, maxCount: 200, maxBytes: 20_000 };

const PODMAN: PodmanFacts = {
  systemd: true,
  installed: true,
  socketPath: "/run/user/1000/podman/podman.sock",
  listened: true,
  info: INFO,
  cniDir: false,
  tun: "open",
  userNetworks: ["slirp4netns"],
  dns: { name: "aardvark-dns", path: "/usr/lib/podman/aardvark-dns" },
  exitCommandDelay: 10,
  keys: KEYS,
};

const DIRECTORY: DirectoryFacts = {
  path: "/var/lib/mcp",
  exists: true,
  writable: true,
  owned: true,
  mode: 0o700,
  freeBytes: 10 ** 10,
  creatable: true,
};

const BUS: BusFacts = {
  systemd: true,
  servers: ["tls://bus:4222"],
  url: "bus:4222",
  version: "2.12.1",
  rttMs: 3,
  skewMs: 12,
};

type Row = [what: string, checks: DoctorCheck[], name: string, result: CheckResult, remedy?: RegExp];

const user = (own: Partial<UserFacts>) => judgeUser({ ...USER, ...own });
const podman = (info: Partial<PodmanInfo>, own: Partial<PodmanFacts> = {}) =>
  judgePodman({ ...PODMAN, ...own, info: { ...INFO, ...info } });
const network = (own: Partial<PodmanFacts>) => judgeNetwork({ ...PODMAN, ...own });
const habits = (own: Partial<PodmanFacts>) => judgeHabits({ ...PODMAN, ...own });
const store = (own: Partial<DirectoryFacts>) => judgeStoreDir({ ...DIRECTORY, ...own }, "mcp");
const files = (own: Partial<DirectoryFacts>) => judgeFilesRoot({ ...DIRECTORY, path: "/srv", ...own }, "mcp");
const bus = (own: Partial<BusFacts>) => judgeBus({ ...BUS, ...own });

const { info: _info, ...WITHOUT_INFO } = PODMAN;
const { url: _url, version: _version, rttMs: _rtt, skewMs: _skew, ...UNREACHED } = BUS;
const { skewMs: _alsoSkew, ...TIMELESS } = BUS;
const RUNTIME_DIR = { path: "/run/user/1000", exists: true, owned: true };

const ROWS: Row[] = [
  ["root", user({ uid: 0, name: "root" }), "user", "warn", /useradd .*enable-linger/],
  ["no subordinate users", user({ subuid: "" }), "subuid", "fail", /--add-subuids 165536-231071 .* mcp /],
  ["too few of them", user({ subuid: "mcp:100000:1000\n" }), "subuid", "warn", /--add-subuids/],
  ["a range by id", user({ subuid: "1000:100000:65536\n" }), "subuid", "ok"],
  ["somebody else's", user({ subgid: "mcpx:300000:65536\n" }), "subgid", "fail", /--add-subgids 365536-/],
  ["no newuidmap", user({ helpers: [{ name: "newuidmap" }] }), "newuidmap", "fail", /apt-get install uidmap/],
  [
    "newuidmap without its bit",
    user({ helpers: [{ name: "newuidmap", path: "/usr/bin/newuidmap", setuid: false }] }),
    "newuidmap",
    "warn",
    /^chmod u\+s \/usr\/bin\/newuidmap$/,
  ],
  ["no linger", user({ lingers: false }), "linger", "fail", /^loginctl enable-linger mcp$/],
  ["no systemd", user({ lingers: false, systemd: false }), "linger", "warn", /boot/],
  ["no runtime directory", user({ runtimeDir: { ...RUNTIME_DIR, exists: false } }), "runtime-dir", "fail", /linger/],
  ["another's", user({ runtimeDir: { ...RUNTIME_DIR, owned: false } }), "runtime-dir", "fail", /chown mcp \/run/],
  [
    "another's in the variable",
    user({ runtimeDir: { ...RUNTIME_DIR, given: "/run/user/0", owned: false } }),
    "runtime-dir",
    "fail",
    /^unset XDG_RUNTIME_DIR$/,
  ],
  ["an unset variable", user({ runtimeDir: RUNTIME_DIR }), "runtime-dir", "warn", /XDG_RUNTIME_DIR=\/run\/user\/1000/],

  [
    "a socket nobody listened on",
    podman({}, { listened: false }),
    "podman-socket",
    "warn",
    /enable --now podman.socket/,
  ],
  [
    "podman that does not answer",
    judgePodman({ ...WITHOUT_INFO, listened: false, trouble: "cannot start podman's service" }),
    "podman-socket",
    "fail",
    /podman info/,
  ],
  [
    "no podman",
    judgePodman({ ...WITHOUT_INFO, installed: false, listened: false, trouble: "spawn podman ENOENT" }),
    "podman-socket",
    "fail",
    /apt-get install .*podman uidmap/,
  ],
  ["an old podman", podman({ version: "3.4.4" }), "podman-version", "fail", /^apt-get install --only-upgrade podman$/],
  ["a podman of a distribution", podman({ version: "4.3.0-rc1+ds" }), "podman-version", "ok"],
  ["podman as root", podman({ rootless: false }), "rootless", "warn", /^useradd /],
  ["cgroups v1", podman({ cgroupVersion: "v1", controllers: [] }), "limits", "warn", /unified_cgroup_hierarchy/],
  ["no cpu controller", podman({ controllers: ["memory", "pids"] }), "limits", "warn", /Delegate=cpu/],
  ["vfs", podman({ storageDriver: "vfs" }), "storage-driver", "warn", /overlay/],
  [
    "a graph root below /var/lib",
    podman({ graphRoot: "/var/lib/mcp/s" }),
    "graph-root",
    "fail",
    /mkdir -p \/var\/lib\/cni/,
  ],
  ["the same with its directory", podman({ graphRoot: "/var/lib/mcp/s" }, { cniDir: true }), "graph-root", "ok"],
  ["the same with podman 5", podman({ graphRoot: "/var/lib/mcp/s", version: "5.2.0" }), "graph-root", "ok"],

  ["keys enough", podman({}), "kernel-keys", "ok"],
  ["keys running out", podman({}, { keys: { ...KEYS, count: 160 } }), "kernel-keys", "warn", /sysctl -w kernel\.keys/],
  ["their bytes running out", podman({}, { keys: { ...KEYS, bytes: 16_000 } }), "kernel-keys", "warn", /maxbytes=/],
  ["containers without keys", podman({}, { keyring: false, keys: { ...KEYS, count: 200 } }), "kernel-keys", "ok"],
  ["keys asked for", podman({}, { keyring: true, keys: { ...KEYS, count: 200 } }), "kernel-keys", "warn", /sysctl/],

  ["no tun", network({ tun: "missing" }), "tun", "fail", /^modprobe tun$/],
  ["a closed tun", network({ tun: "closed" }), "tun", "fail", /^chmod 666/],
  ["no user network", network({ userNetworks: [] }), "user-network", "fail", /slirp4netns passt/],
  ["no DNS", network({ dns: { name: "aardvark-dns" } }), "network-backend", "fail", /aardvark-dns/],
  ["CNI", network({ info: { ...INFO, networkBackend: "cni" } }), "network-backend", "warn", /netavark/],
  [
    "podman's own delay",
    judgeHabits({ ...PODMAN, exitCommandDelay: 300 }),
    "exit-delay",
    "warn",
    /exit_command_delay = 10/,
  ],
  ["a log without end", habits({ info: { ...INFO, logDriver: "k8s-file" } }), "log-size", "warn", /log_size_max/],
  ["one with", habits({ info: { ...INFO, logDriver: "k8s-file" }, logSizeMax: 10 ** 7 }), "log-size", "ok"],
  ["the journal", habits({}), "log-size", "ok"],

  ["no files root", files({ exists: false }), "files-root", "warn", /^install -d -o mcp \/srv$/],
  ["another's files root", files({ writable: false }), "files-root", "warn", /install/],
  ["a full disk", files({ freeBytes: 10 ** 6 }), "files-room", "fail", /prune/],
  ["a store still to be made", store({ exists: false }), "store", "ok"],
  ["one that cannot", store({ exists: false, creatable: false }), "store", "fail", /^install -d -m 700 -o mcp /],
  ["another's store", store({ owned: false }), "store", "fail", /^chown -R mcp/],
  ["an open store", store({ mode: 0o755 }), "store", "warn", /^chmod 700/],

  [
    "no bus",
    judgeBus({ ...UNREACHED, trouble: { message: "cannot reach the bus", hint: "check it" } }),
    "bus",
    "fail",
    /check it/,
  ],
  [
    "credentials that others can read",
    judgeCreds({ path: "/etc/rift.creds", loose: true }),
    "creds",
    "warn",
    /^chmod 600 \/etc\/rift\.creds$/,
  ],
  ["credentials of their owner", judgeCreds({ path: "/etc/rift.creds", loose: false }), "creds", "ok"],
  ["a slow bus", bus({ rttMs: 900 }), "bus", "warn", /leaf/],
  ["no rights", bus({ trouble: { message: "refused", hint: "ask" } }), "bus-rights", "fail", /ask/],
  ["a clock ahead", bus({ skewMs: 5_000 }), "clock", "warn", /ntp/],
  ["a clock behind", bus({ skewMs: -5_000 }), "clock", "warn", /ntp/],
  ["a bus that tells no time", judgeBus(TIMELESS), "clock", "ok"],
  ["no systemd for a socket", podman({}, { listened: false, systemd: false }), "podman-socket", "ok"],
];

/** Everything that is judged by whether systemd runs, at its worst. */
const WITHOUT_SYSTEMD = [
  ...user({ uid: 0, systemd: false }),
  ...user({ lingers: false, systemd: false, runtimeDir: { ...RUNTIME_DIR, exists: false } }),
  ...user({ systemd: false, runtimeDir: { ...RUNTIME_DIR, given: "/gone", exists: false } }),
  ...podman({ rootless: false }, { systemd: false, listened: false }),
  ...podman({ cgroupVersion: "v1", controllers: [] }, { systemd: false }),
  ...podman({ controllers: [] }, { systemd: false }),
  ...bus({ skewMs: 5_000, systemd: false }),
];

describe("mcp-agent doctor", () => {
  for (const [what, checks, name, result, remedy] of ROWS) {
    it(`says ${result} of ${name} for ${what}`, () => {
      const found = checks.find((check) => check.name === name);
      assert.equal(found?.result, result, JSON.stringify(checks));
      if (remedy === undefined) assert.equal(found?.remedy, undefined);
      else assert.match(found?.remedy ?? "", remedy);
    });
  }

  it("names no command of systemd on a machine without it", () => {
    const remedies = WITHOUT_SYSTEMD.flatMap(({ remedy }) => remedy ?? []);
    assert.equal(remedies.length, 8);
    assert.deepEqual(
      remedies.filter((remedy) => /systemctl|loginctl|timedatectl|systemd/.test(remedy)),
      [],
    );
  });

  it("finds nothing wrong with a node as it should be", () => {
    const checks = [
      ...judgeUser(USER),
      ...judgePodman(PODMAN),
      ...judgeNetwork(PODMAN),
      ...judgeHabits(PODMAN),
      ...files({}),
      ...store({}),
      ...judgeBus(BUS),
    ];
    assert.deepEqual(
      checks.filter(({ result }) => result !== "ok"),
      [],
    );
    assert.equal(new Set(checks.map(({ name }) => name)).size, checks.length, "each name is used once");
  });

  it("says how many containers the kernel's keys allow, by their number or by their bytes", () => {
    const room = (keys: KeysFacts) => podman({}, { keys }).find(({ name }) => name === "kernel-keys")?.message;
    assert.match(room(KEYS) ?? "", /^12 of 200 in use.*at most 200 can run$/);
    assert.match(room({ ...KEYS, maxCount: 1_000 }) ?? "", /^12 of 1000 in use.*at most 285 can run$/);
  });

  it("asks nothing of keys that root's podman has plenty of", () => {
    assert.ok(!podman({ rootless: false }).some(({ name }) => name === "kernel-keys"));
  });

  it("asks nothing of a network that root's podman does not need", () => {
    const names = judgeNetwork({ ...PODMAN, tun: "missing", info: { ...INFO, rootless: false } }).map(
      ({ name }) => name,
    );
    assert.deepEqual(names, ["network-backend"]);
  });
});
