/** The commands that look, as a user types them: text and --json, on a fleet of two nodes with a few services. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { replySubject } from "../../src/schemas/wire/subjects.ts";
import { bareClient } from "../helpers/bare-client.ts";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { assertJsonLines } from "../helpers/json-shape.ts";
import type { OperatorServer } from "../helpers/operator-server.ts";
import { type Scope, suiteScope } from "../helpers/scope.ts";

const TALKER = `cmd = ["/bin/sh", "-c", "trap 'exit 0' TERM; i=0; while true; do i=$((i+1)); echo \\"line $i\\"; echo \\"oops $i\\" >&2; sleep 1; done"]`;

describe("looking at a fleet", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();

  before(async () => {
    Object.assign(fleet, await startFleet(scope));
    const { alice, images } = fleet;
    await alice.define("web", oneComponent("web", images["hello:v1"], `env = { TOKEN = "hunter2" }`));
    await alice.define("talk", oneComponent("talk", images["hello:v1"], TALKER, "orion"));
    for (const service of ["web", "talk"]) assert.equal((await alice.mcp("deploy", service, "-m", "set up")).code, 0);
  });

  it("list shows every service with its node, generation and state, and asks no agent", async () => {
    const { alice, orion } = fleet;
    orion.agent.pause();
    try {
      const { code, stdout, stderr } = await alice.mcp("list");
      assert.deepEqual([code, stderr], [0, ""]);
      const [head, ...rows] = stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.trim().split(/\s{2,}/));
      assert.deepEqual(head, ["SERVICE", "NODE", "ACTIVE", "GENERATION", "STATE", "AGE"]);
      assert.deepEqual(
        rows.map((row) => row.slice(0, 5)),
        [
          ["talk", "orion", "yes", "1", "converged"],
          ["web", "rift", "yes", "1", "converged"],
        ],
      );
      const { output } = await alice.json("list-output", "list");
      assert.deepEqual(
        output.services.map(({ service, converged }) => [service, converged]),
        [
          ["talk", true],
          ["web", true],
        ],
      );
    } finally {
      orion.agent.resume();
    }
  });

  it("ps shows the containers that run and how many nodes answered; unmanaged ones with --all", async () => {
    const { alice, rift, images } = fleet;
    await rift.podman.podman("run", "--detach", "--name", "stray", images["hello:v2"]);
    const { code, stdout } = await alice.mcp("ps");
    assert.equal(code, 0);
    assert.match(stdout, /^orion +talk +api +v1 +running +\d+m?s +-$/m);
    assert.match(stdout, /^rift +web +api +v1 +running +\d+m?s +-$/m);
    assert.match(stdout, /^2 nodes answered, 0 silent$/m);
    assert.doesNotMatch(stdout, /stray/);
    const { output } = await alice.json("ps-output", "ps", "--all");
    assert.deepEqual(output.answered.toSorted(), ["orion", "rift"]);
    assert.deepEqual(output.containers.map(({ name }) => name).sort(), ["stray", "talk-api", "web-api"]);
    const one = await alice.json("ps-output", "ps", "--node", "orion");
    assert.deepEqual(
      one.output.containers.map(({ name }) => name),
      ["talk-api"],
    );
    const unknown = await alice.fails("ps", "--node", "oriom");
    assert.equal(unknown.code, 3);
    assert.match(unknown.error.message, /"orion"/);
    await rift.podman.podman("rm", "--force", "--time", "0", "stray");
  });

  it("ps names a node that does not answer, and exits 8 with --check", async () => {
    const { alice, orion } = fleet;
    orion.agent.pause();
    try {
      const { code, stdout } = await alice.mcp("ps");
      assert.equal(code, 0);
      assert.match(stdout, /^1 node answered, 1 silent: orion \(last seen \d+m?s ago\)$/m);
      const checked = await alice.json("ps-output", "ps", "--check");
      assert.equal(checked.code, 8);
      assert.deepEqual(
        checked.output.silent.map(({ node }) => node),
        ["orion"],
      );
      const asked = await alice.fails("ps", "--node", "orion");
      assert.deepEqual([asked.code, asked.error.code, asked.stdout], [6, "E_NODE_UNREACHABLE", ""]);
    } finally {
      orion.agent.resume();
    }
  });

  it("top shows what containers use, from the processes themselves", async () => {
    const { alice } = fleet;
    const { code, stdout } = await alice.mcp("top", "--sort", "name");
    assert.equal(code, 0);
    assert.match(stdout, /^orion: load \d+\.\d\d on \d+ cores?, memory .* of .*$/m);
    assert.match(stdout, /^rift +web +api +\d+\.\d% +\d.*iB +\d+ +running +\d+m?s$/m);
    assert.match(stdout, /^2 nodes answered, 0 silent$/m);
    const { output } = await alice.json("top-output", "top", "--node", "orion");
    const [talk, ...others] = output.containers;
    assert.deepEqual([talk?.service, others.length], ["talk", 0]);
    assert.ok((talk?.usage?.memoryBytes ?? 0) > 4096 && (talk?.usage?.processes ?? 0) >= 1);
    assert.ok((talk?.cpuPercent ?? -1) >= 0);
    assert.equal((await alice.fails("top", "--node", "oriom")).code, 3);
  });

  it("status says No drift. only when it is true, and exits 8 with --check otherwise", async () => {
    const { alice, images } = fleet;
    const good = await alice.mcp("status", "--check");
    assert.equal(good.code, 0, good.stdout);
    assert.match(good.stdout, /\nNo drift\.\n$/);
    await alice.define("bad", oneComponent("bad", images["crasher:v1"]));
    assert.equal((await alice.mcp("deploy", "bad")).code, 9);
    const bad = await alice.mcp("status", "--check");
    assert.equal(bad.code, 8);
    assert.match(bad.stdout, /\n1 of 3 not converged: bad@rift \((degraded|blocked)\)\n$/);
    assert.match(bad.stdout, /^bad +rift +(degraded|blocked) +1 +- /m);
    const { output } = await alice.json("status-output", "status", "bad");
    assert.equal(output.services[0]?.failure?.exitCode, 3);
    assert.equal(output.converged, false);
    assert.ok(output.events.length > 0);
    assert.equal((await alice.mcp("undeploy", "bad", "--yes")).code, 0);
    assert.equal((await alice.mcp("status", "--check")).code, 0);
    const unknown = await alice.fails("status", "wbe");
    assert.equal(unknown.code, 3);
    assert.match(unknown.error.message, /"web"/);
  });

  it("status of one service tells who wanted it, when, why, and what runs", async () => {
    const { stdout } = await fleet.alice.mcp("status", "web");
    assert.match(stdout, /^web@rift {2}converged$/m);
    assert.ok(stdout.includes(`generation 1 by ${fleet.alice.author}, `), stdout);
    assert.match(stdout, /\(deploy\): set up$/m);
    assert.match(stdout, /api: running \(\S+hello:v1, up \S+\)/);
  });

  it("events replays in order what happened, with filters, as text and as JSON lines", async () => {
    const { alice } = fleet;
    const { code, stdout } = await alice.mcp("events", "--json");
    assert.equal(code, 0);
    const events = assertJsonLines("events-output", stdout.trimEnd().split("\n"));
    for (const node of ["rift", "orion"]) {
      const sequences = events.filter((event) => event.node === node).map(({ sequence }) => sequence);
      assert.deepEqual(
        sequences,
        sequences.map((_, index) => (sequences[0] ?? 0) + index),
        `${node}: in order and without gaps`,
      );
    }
    assert.deepEqual(
      events
        .filter((e) => e.service === "web")
        .map(({ kind }) => kind)
        .toSorted(),
      ["deploy-succeeded", "desired-accepted", "operator-wrote"],
    );
    const filtered = await alice.mcp(
      "events",
      "--json",
      "--node",
      "rift",
      "--severity",
      "error",
      "--kind",
      "deploy-failed",
      "--service",
      "bad",
    );
    const [failed, ...others] = assertJsonLines("events-output", filtered.stdout.trimEnd().split("\n"));
    assert.deepEqual([failed?.kind, failed?.component, others.length], ["deploy-failed", "api", 0]);
    const operators = await alice.mcp("events", "--node", "_", "-n", "1");
    assert.match(
      operators.stdout,
      /^\S+ +info +operator {2}operator-wrote {2}alice@\S+: undeploy bad@rift, generation 2\n$/,
    );
    assert.equal((await alice.mcp("events", "--since", "2999-01-01T00:00:00Z")).stdout, "");
    const wrong = await alice.fails("events", "--kind", "deploy-faild");
    assert.equal(wrong.code, 2);
    assert.match(wrong.error.message, /"deploy-failed"/);
  });

  it("events -f follows new events until Ctrl-C", async () => {
    const { alice } = fleet;
    const run = alice.start("events", "-f", "--service", "web", "-n", "1");
    await run.until(/deploy-succeeded/);
    assert.equal((await alice.mcp("restart", "web")).code, 0);
    await run.until(/service-restarted {2}web .*was restarted by/);
    assert.equal((await run.stop("SIGINT")).code, 130);
  });

  it("node list shows presence, versions and facts", async () => {
    const { alice } = fleet;
    const { code, stdout } = await alice.mcp("node", "list");
    assert.equal(code, 0);
    assert.match(stdout, /^orion +online +\d+m?s ago +no +\d+\.\d+\.\d+ +\d+\.\d+\.\d+ +Linux \S+ +\d+ +\d+ /m);
    assert.match(stdout, /^rift +online /m);
    const { output } = await alice.json("node-list-output", "node", "list");
    assert.deepEqual(
      output.nodes.map(({ node, liveness }) => [node, liveness]),
      [
        ["orion", "online"],
        ["rift", "online"],
      ],
    );
    assert.equal(output.nodes[0]?.presence?.runtime.health, "ok");
  });

  it("service show prints the stored spec as a definition, values of env only with --reveal", async () => {
    const { alice } = fleet;
    const hidden = await alice.mcp("service", "show", "web");
    assert.equal(hidden.code, 0);
    assert.ok(hidden.stdout.startsWith(`# web@rift, generation 1 by ${alice.author} at `));
    assert.match(hidden.stdout, /^name = "web"$/m);
    assert.doesNotMatch(hidden.stdout, /hunter2/);
    assert.match((await alice.mcp("service", "show", "web", "--reveal")).stdout, /hunter2/);
    const { output, stdout } = await alice.json("service-show-output", "service", "show", "web");
    assert.equal(output.documents[0]?.generation, 1);
    assert.doesNotMatch(stdout, /hunter2/);
    assert.equal((await alice.fails("service", "show", "talc")).code, 3);
  });

  it("doctor finds nothing failed here, and exits 8 where the bus cannot be reached", async () => {
    const { alice } = fleet;
    const { code, output } = await alice.json("doctor-output", "doctor");
    assert.deepEqual(
      output.checks.filter(({ result }) => result === "fail"),
      [],
    );
    assert.equal(code, 0);
    assert.match((await alice.mcp("doctor")).stdout, /^ok +bus /m);
    const run = alice.start("doctor", "--config", "missing.toml");
    assert.notEqual((await run.ended).code, 0);
  });

  it("bus provision changes nothing that is there", async () => {
    const { code, output } = await fleet.alice.json("bus-provision-output", "bus", "provision");
    assert.equal(code, 0);
    assert.deepEqual([...new Set(output.streams.map(({ result }) => result))], ["unchanged"]);
  });

  it("every command explains itself with --help, and what is unknown is named with the nearest", async () => {
    const { alice } = fleet;
    const overview = await alice.mcp("--help");
    assert.equal(overview.code, 0);
    const commands = [...overview.stdout.matchAll(/^ {2}mcp ((?:[a-z]+ ?)+?) {2,}/gm)].map(([, words]) =>
      (words ?? "").trim(),
    );
    for (const known of [
      "deploy",
      "plan",
      "stop",
      "start",
      "restart",
      "undeploy",
      "list",
      "ps",
      "status",
      "events",
      "logs",
      "node list",
      "service show",
      "doctor",
      "bus provision",
    ]) {
      assert.ok(commands.includes(known), `${known} is in the overview: ${commands}`);
    }
    const helps = await Promise.all(commands.map((words) => alice.mcp(...words.split(" "), "--help")));
    for (const [index, help] of helps.entries()) {
      assert.deepEqual([help.code, help.stderr], [0, ""]);
      assert.match(help.stdout, new RegExp(`^ {2}mcp ${commands[index]}`, "m"));
      assert.match(help.stdout, /^Examples$/m);
      assert.match(help.stdout, /--json/);
    }
    for (const [args, pattern] of [
      [["depoly", "web"], /unknown command "depoly".*"deploy"/],
      [["list", "--jsno"], /no option --jsno.*--json/],
      [["node", "lsit"], /unknown command "node lsit".*"node list"/],
    ] as const) {
      const { code, stdout, stderr } = await alice.mcp(...args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, pattern);
    }
  });

  it("logs merges the lines of all components by time, and knows -n, -t, --since", async () => {
    const { alice, orion } = fleet;
    await eventually(async () => /line 3/.test(await orion.podman.podman("logs", "talk-api")), { what: "three lines" });
    const two = await alice.mcp("logs", "talk", "-n", "2", "--json");
    assert.equal(two.code, 0, two.stderr);
    const lines = assertJsonLines("logs-output", two.stdout.trimEnd().split("\n"));
    assert.equal(lines.length, 2);
    const all = await alice.mcp("logs", "talk", "-t");
    assert.match(all.stdout, /\d{4}-\d\d-\d\dT\S+ .*line 1$/m);
    assert.match(all.stdout, /oops 1$/m);
    assert.equal((await alice.mcp("logs", "talk", "--since", "2999-01-01T00:00:00Z")).stdout, "");
    const unknown = await alice.fails("logs", "talk/app");
    assert.equal(unknown.code, 3);
    assert.match(unknown.error.message, /"api"/);
  });

  it("logs names the component of each line where there are several, in the order of time", async () => {
    const { alice, images } = fleet;
    const singer = (name: string, word: string) =>
      `[[components]]\nname = "${name}"\nimage = "${images["hello:v1"]}"\nmin_up = "200ms"\n${TALKER.replaceAll("line", word)}\n`;
    await alice.define("duet", `name = "duet"\nnode = "rift"\n${singer("alto", "la")}${singer("bass", "bom")}`);
    assert.equal((await alice.mcp("deploy", "duet")).code, 0);
    const { stdout } = await alice.mcp("logs", "duet", "-t");
    assert.match(stdout, /^alto\b.* la 1$/m);
    assert.match(stdout, /^bass\b.* bom 1$/m);
    const times = stdout
      .trimEnd()
      .split("\n")
      .map((line) => Date.parse(/\d{4}-\d\d-\d\dT\S+/.exec(line)?.[0] ?? ""));
    assert.ok(times.length >= 4 && times.every((time) => time > 0), stdout);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    const alone = await alice.mcp("logs", "duet/bass");
    assert.match(alone.stdout, /bom 1/);
    assert.doesNotMatch(alone.stdout, /la 1/);
  });

  it("logs shows lines that podman keeps in pieces, and so does the report of a failed deploy", async () => {
    const { alice, images } = fleet;
    const long = 's=; i=0; while [ $i -lt 2000 ]; do s="${s}0123456789"; i=$((i+1)); done';
    const script = (pause: string) =>
      `${long}; echo first; printf 'half '; ${pause}; printf 'and half\\n'; echo "<$s>"`;
    const cmd = (pause: string, end: string) =>
      `cmd = ["/bin/sh", "-c", ${JSON.stringify(`${script(pause)}; ${end}`)}]`;
    await alice.define("pieces", oneComponent("pieces", images["hello:v1"], cmd("sleep 1", "exec sleep 600")));
    assert.equal((await alice.mcp("deploy", "pieces")).code, 0);
    const expected = ["first", "half and half", `<${"0123456789".repeat(2_000)}>`];
    const shown = async (...words: string[]) =>
      (await alice.mcp("logs", "pieces", ...words)).stdout.trimEnd().split("\n");
    await eventually(async () => (await shown()).length >= 3, { what: "three lines" });
    assert.deepEqual(await shown(), expected);
    assert.deepEqual(await shown("-n", "2"), expected.slice(1));
    assert.deepEqual(await shown("-n", "1"), expected.slice(2));
    await alice.define("pieces", oneComponent("pieces", images["hello:v1"], cmd("true", "exit 3")));
    const failed = await alice.mcp("deploy", "pieces");
    assert.notEqual(failed.code, 0);
    assert.match(failed.stderr, /first\n.*half and half\n.*<0123456789/);
  });

  it("logs -f shows every round of a container that keeps ending, from its first line on", async () => {
    const { alice, images } = fleet;
    const own = `restart = "always"\nenv = { AFTER = "1" }`;
    await alice.define("loop", oneComponent("loop", images["faint:v1"], own));
    assert.equal((await alice.mcp("deploy", "loop")).code, 0);
    const run = alice.start("logs", "-f", "loop");
    const rounds = () => run.lines().filter((line) => line.includes("faint:"));
    await eventually(() => rounds().length >= 9, { what: "four rounds and a half", timeoutMs: 30_000 });
    const expected = rounds().map((_, index) => (index % 2 === 0 ? "faint: up" : "faint: down"));
    assert.deepEqual(rounds(), expected);
    assert.equal((await run.stop("SIGINT")).code, 130);
    assert.equal((await alice.mcp("stop", "loop")).code, 0);
  });

  it("logs -f follows over a replacement of the container, and the agent falls silent when nobody listens", async (t) => {
    const { alice, images, bus } = fleet;
    const answers = await countMessages(t, bus, repliesOf("orion"));
    const run = alice.start("logs", "-f", "talk", "-n", "1");
    await run.until(/line \d+/);
    await alice.define("talk", oneComponent("talk", images["hello:v1"], `${TALKER}\nenv = { ROUND = "2" }`, "orion"));
    const before = run.lines().length;
    assert.equal((await alice.mcp("deploy", "talk")).code, 0);
    const isFirst = (line: string) => /\bline 1$/.test(line);
    await eventually(() => run.lines().slice(before).some(isFirst), { what: "the new container's first line" });
    assert.ok(answers.count() > 0, "the lines travel as answers");
    assert.equal((await run.stop("SIGINT")).code, 130);
    const quietMs = 3_000; // the container prints every second
    await eventually(() => Date.now() - answers.lastMs() > quietMs, { what: "silence", timeoutMs: 10_000 });
  });
});

const repliesOf = (node: string) => replySubject(node, "*");

/** Listens in on the bus, as nobody but a test does. */
async function countMessages(t: Scope, { url, admin }: OperatorServer, subject: string) {
  const { nc: connection } = await bareClient(t, url, admin);
  const seen = { count: 0, lastMs: Date.now() };
  connection.subscribe(subject, {
    callback: () => {
      seen.count += 1;
      seen.lastMs = Date.now();
    },
  });
  await connection.flush();
  return { count: () => seen.count, lastMs: () => seen.lastMs };
}
