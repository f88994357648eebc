/**
 * Every command that exists, as a user types it on a real node: its text, its `--json` against the documented schema, and
 * one way in which it fails, with exit code and error code. What each does is for other files; here none can be missing.
 */
import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { Cli } from "clipanion";
import { allCommands } from "../../src/cli/commands/index.ts";
import type { CliContext } from "../../src/cli/context/context.ts";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { assertJsonLines, type JsonShape } from "../helpers/json-shape.ts";
import { saidTwice } from "../helpers/said-once.ts";
import { suiteScope } from "../helpers/scope.ts";

interface Row {
  /** Words after the command, for the text and for `--json`. */
  readonly text: string;
  readonly json?: string;
  readonly shape: JsonShape;
  /** What the text must show. */
  readonly shows: RegExp;
  /** Exit code of both; default 0. */
  readonly code?: number;
  /** One document a line. */
  readonly stream?: true;
  /** At a terminal only. */
  readonly terminal?: true;
  /** Words with which it fails, the exit code, and the error's code. */
  readonly fails: readonly [words: string, code: number, error: string];
}

/** In the order in which they are run: later rows see what earlier ones left. */
const ROWS: Readonly<Record<string, Row>> = {
  "bus init": {
    text: "bus.example.net --config one/mcp.toml --operator alice",
    json: "bus.example.net --config two/mcp.toml --operator alice",
    shape: "bus-init-output",
    shows: /mcp bus provision/,
    fails: ["bus.example.net --config one/mcp.toml", 4, "E_CONFLICT"],
  },
  "bus config": {
    text: "--config one/mcp.toml",
    shape: "bus-config-output",
    shows: /nats\.conf +unchanged/,
    fails: ["--config three/mcp.toml", 3, "E_NOT_FOUND"],
  },
  "operator add": {
    text: "bob --config one/mcp.toml --expires 90d",
    json: "carol --config one/mcp.toml",
    shape: "operator-add-output",
    shows: /bob: operator of all services on all nodes, until 20/,
    fails: ["bob --config one/mcp.toml", 4, "E_CONFLICT"],
  },
  "operator list": {
    text: "--config one/mcp.toml",
    shape: "operator-list-output",
    shows: /bob +operator/,
    fails: ["--identity nowhere", 3, "E_NOT_FOUND"],
  },
  join: {
    text: "bob.bundle --config bob/mcp.toml",
    json: "carol.bundle --config carol/mcp.toml",
    shape: "join-output",
    shows: /wrote .*bob\/mcp\.toml/,
    fails: ["carol.bundle --config bob/mcp.toml", 4, "E_CONFLICT"],
  },
  init: {
    text: "draft --stdout",
    shape: "init-output",
    shows: /^name = "draft"$/m,
    fails: ["web", 4, "E_CONFLICT"],
  },
  explain: {
    text: "components.health.interval",
    shape: "explain-output",
    shows: /default +"10s"/,
    fails: ["components.helth", 3, "E_NOT_FOUND"],
  },
  "context list": { text: "", shape: "context-list-output", shows: /default/, fails: ["--nope", 2, "E_USAGE"] },
  "context use": {
    text: "default",
    shape: "context-use-output",
    shows: /commands use context default/,
    fails: ["nope", 3, "E_NOT_FOUND"],
  },
  "context show": { text: "", shape: "context-show-output", shows: /settings +\//, fails: ["nope", 3, "E_NOT_FOUND"] },
  "consumer list": {
    text: "",
    shape: "consumer-list-output",
    shows: /^$/,
    fails: ["--nope", 2, "E_USAGE"],
  },
  "bus provision": {
    text: "",
    shape: "bus-provision-output",
    shows: /KV_mcp-desired +unchanged/,
    fails: ["--replicas 2", 2, "E_USAGE"],
  },
  plan: {
    text: "web",
    shape: "plan-output",
    code: 10,
    shows: /web@rift: new service .*\n {2}api: \S+hello:v1/,
    fails: ["nope", 3, "E_NOT_FOUND"],
  },
  deploy: { text: "web", shape: "change-output", shows: /converged/, fails: ["nope", 3, "E_NOT_FOUND"] },
  list: { text: "", shape: "list-output", shows: /web +rift +yes/, fails: ["--nope", 2, "E_USAGE"] },
  status: { text: "", shape: "status-output", shows: /No drift\./, fails: ["nope", 3, "E_NOT_FOUND"] },
  ps: { text: "", shape: "ps-output", shows: /rift +web +api/, fails: ["--node nope", 3, "E_NOT_FOUND"] },
  top: { text: "", shape: "top-output", shows: /rift +web +api/, fails: ["--node nope", 3, "E_NOT_FOUND"] },
  history: { text: "web", shape: "history-output", shows: /deploy/, fails: ["nope", 3, "E_NOT_FOUND"] },
  events: {
    text: "--service web",
    shape: "events-output",
    stream: true,
    shows: /deploy-succeeded/,
    fails: ["--kind nope", 2, "E_USAGE"],
  },
  logs: {
    text: "web -n 1",
    shape: "logs-output",
    stream: true,
    shows: /hello|serving/i,
    fails: ["nope", 3, "E_NOT_FOUND"],
  },
  "service show": { text: "web", shape: "service-show-output", shows: /image/, fails: ["nope", 3, "E_NOT_FOUND"] },
  "service export": {
    text: "web -o exported.toml",
    json: "web -o exported.toml --force",
    shape: "service-export-output",
    shows: /exported\.toml/,
    fails: ["web -o exported.toml", 4, "E_CONFLICT"],
  },
  "service edit": {
    text: "web",
    shape: "service-edit-output",
    shows: /web/,
    terminal: true,
    fails: ["Nope", 2, "E_USAGE"],
  },
  push: { text: "note.txt web", shape: "push-output", shows: /note\.txt/, fails: ["absent web", 3, "E_NOT_FOUND"] },
  pull: {
    text: "web note.txt copy-1.txt",
    json: "web note.txt copy-2.txt",
    shape: "pull-output",
    shows: /note\.txt/,
    fails: ["web ../note.txt copy-3.txt", 2, "E_USAGE"],
  },
  stop: { text: "web", shape: "change-output", shows: /stopped|converged/, fails: ["nope", 3, "E_NOT_FOUND"] },
  start: { text: "web", shape: "change-output", shows: /converged/, fails: ["nope", 3, "E_NOT_FOUND"] },
  restart: { text: "web", shape: "restart-output", shows: /restarted/, fails: ["nope", 3, "E_NOT_FOUND"] },
  rollback: {
    text: "web --to 1",
    shape: "change-output",
    shows: /generation|unchanged/,
    fails: ["web --to 99", 3, "E_NOT_FOUND"],
  },
  sync: { text: "", shape: "sync-output", shows: /rift/, fails: ["--node nope", 3, "E_NOT_FOUND"] },
  adopt: {
    text: "old@rift --container hand-made=api --dry-run",
    shape: "adopt-output",
    shows: /old@rift: 1 to adopt; nothing was written/,
    fails: ["nope@rift --dry-run", 3, "E_NOT_FOUND"],
  },
  purge: { text: "--dry-run", shape: "purge-output", shows: /nothing|No /i, fails: ["nope", 3, "E_NOT_FOUND"] },
  "node list": { text: "", shape: "node-list-output", shows: /rift +online/, fails: ["--nope", 2, "E_USAGE"] },
  "node show": { text: "rift", shape: "node-show-output", shows: /podman/, fails: ["nope", 3, "E_NOT_FOUND"] },
  "node add": {
    text: "vade --label rack=2",
    shape: "node-add-output",
    shows: /vade/,
    fails: ["Vade", 2, "E_USAGE"],
  },
  "node remove": {
    text: "vade --yes",
    json: "orion --yes",
    shape: "node-remove-output",
    shows: /vade/,
    fails: ["rift --yes", 2, "E_UNCONFIRMED"],
  },
  "node prune": {
    text: "rift --dry-run",
    shape: "node-prune-output",
    shows: /rift|nothing/i,
    fails: ["nope --dry-run", 3, "E_NOT_FOUND"],
  },
  "bus backup": {
    text: "one.gz",
    json: "two.gz",
    shape: "bus-backup-output",
    shows: /one\.gz/,
    fails: ["one.gz", 4, "E_CONFLICT"],
  },
  "bus restore": {
    text: "one.gz --dry-run",
    shape: "bus-restore-output",
    shows: /desired|service/i,
    fails: ["absent.gz --dry-run", 3, "E_NOT_FOUND"],
  },
  whoami: { text: "", shape: "whoami-output", shows: /by +\w+|nobody/, fails: ["--nope", 2, "E_USAGE"] },
  logout: { text: "", shape: "logout-output", shows: /nobody was logged in/, fails: ["--nope", 2, "E_USAGE"] },
  doctor: { text: "", shape: "doctor-output", shows: /ok/, fails: ["--nope", 2, "E_USAGE"] },
  completion: { text: "bash", shape: "completion-output", shows: /complete/, fails: ["csh", 2, "E_USAGE"] },
  version: { text: "", shape: "version-output", shows: /^\d+\.\d+\.\d+/, fails: ["--nope", 2, "E_USAGE"] },
  undeploy: {
    text: "web --yes",
    json: "second --yes",
    shape: "change-output",
    shows: /removed|gone/,
    fails: ["nope --yes", 3, "E_NOT_FOUND"],
  },
};

/** Need a machine (test/e2e/package.test.ts), MCIAS (integration/cli/login.test.ts) or a bus of their own (integration/enroll-*.test.ts, bus-push.test.ts). */
const ELSEWHERE = [
  ...["dev", "dev exec", "dev remove", "login"],
  ...["operator remove", "bus push", "consumer add", "consumer remove"],
];

const words = (text: string) => text.split(" ").filter(Boolean);

describe("every command", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();

  before(async () => {
    Object.assign(fleet, await startFleet(scope));
    const { alice, rift, orion, images } = fleet;
    await orion.agent.stop();
    await alice.define("web", oneComponent("web", images["hello:v1"]));
    await alice.define("second", oneComponent("second", images["hello:v1"]));
    await rift.filesDir("web");
    await rift.podman.podman("run", "--detach", "--name", "hand-made", images["hello:v2"]);
    await writeFile(join(alice.dir, "note.txt"), "hello\n", { mode: 0o644 });
    await writeFile(join(alice.dir, "editor"), "#!/bin/sh\nexit 0\n");
    await chmod(join(alice.dir, "editor"), 0o755);
  });

  it("has a row here, or is driven elsewhere", async () => {
    const cli = Cli.from<CliContext>(await allCommands(), { binaryName: "mcp" });
    const paths = cli.definitions().map(({ path }) => path.replace(/^mcp /, ""));
    assert.deepEqual(paths.toSorted(), [...Object.keys(ROWS), ...ELSEWHERE].toSorted());
  });

  for (const [path, { text, json = text, shape, shows, code = 0, stream, terminal, fails }] of Object.entries(ROWS)) {
    it(`mcp ${path} ${text}`, async () => {
      const { alice } = fleet;
      const type = terminal ? alice.atTerminal : alice.mcp;
      const spoken = await type(...words(path), ...words(text));
      assert.equal(spoken.code, code, spoken.stderr + spoken.stdout);
      assert.match(spoken.stdout, shows);
      const told = await type(...words(path), ...words(json), "--json");
      assert.equal(told.code, code, told.stderr + told.stdout);
      if (!terminal) assertJsonLines(shape, stream ? told.stdout.trimEnd().split("\n") : [told.stdout]);
      const [wrong, wanted, error] = fails;
      const failed = await alice.fails(...words(path), ...words(wrong));
      assert.deepEqual([failed.code, failed.error.code, failed.stdout], [wanted, error, ""], failed.error.message);
      const { stderr } = await alice.mcp(...words(path), ...words(wrong));
      assert.deepEqual(saidTwice(stderr), [], stderr);
    });
  }
});
