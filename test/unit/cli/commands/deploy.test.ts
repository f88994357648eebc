import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { ConnectionWatch } from "../../../../src/bus/ports/operator-bus.ts";
import { refOf } from "../../../../src/cli/change/ancestry.ts";
import type { ConflictDetails } from "../../../../src/schemas/output/change-output.ts";
import { McpError } from "../../../../src/values/error.ts";
import {
  componentSpec,
  desiredService,
  nodeRecord,
  observedService,
  presenceOf,
  serviceSpec,
  tombstone,
} from "../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { localWorkstation, webToml } from "../../../helpers/local-workstation.ts";
import { TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { bringOnline, failed, progressing, report, type Script, succeeds } from "../../../helpers/scripted-node.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

const V2 = "registry.example.net/web:v2.0.0";
const HOUR = 3_600_000;

/** A bus with node `rift`, and alice's workstation with a definition of `web`. */
async function setUp(t: Scope, scripts: Readonly<Record<string, Script>> = { rift: succeeds }) {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  bringOnline(bus, scripts);
  const alice = await localWorkstation(t, bus);
  await alice.define("web", webToml());
  const stored = async (node = "rift") => (await bus.readDesired(node, "web"))?.document;
  return { bus, alice, stored };
}

const deployed = async (t: Scope, scripts?: Readonly<Record<string, Script>>) => {
  const all = await setUp(t, scripts);
  assert.equal((await all.alice.mcp(["deploy", "web"])).code, 0);
  return all;
};

describe("mcp deploy", () => {
  it("shows what changes and each step on stderr, and how it ended on stdout", async (t) => {
    const { alice, stored } = await setUp(t);
    const { code, stdout, stderr } = await alice.mcp(["deploy", "web", "-m", "first"]);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "web@rift: converged in 0ms (generation 1)\n");
    assert.deepEqual(stderr.split("\n"), [
      "web@rift: new service (generation 1)",
      "  api: registry.example.net/web:v1.0.0",
      "  rift api: pull",
      "  rift api: create",
      "  rift api: start",
      "  rift api: up",
      "",
    ]);
    const document = await stored();
    assert.deepEqual(
      [document?.author, document?.command, document?.message, document?.base],
      ["alice@laptop", "deploy", "first", null],
    );
  });

  it("prints one document with --json, and nothing else on stdout", async (t) => {
    const { alice } = await setUp(t);
    const { code, stdout } = await alice.mcp(["deploy", "web", "--json"]);
    assert.equal(code, 0);
    const [result] = assertJson("change-output", stdout).results;
    assert.deepEqual([result?.outcome, result?.generation, result?.before], ["converged", 1, 0]);
  });

  it("is quiet on stderr with --quiet", async (t) => {
    const { alice } = await setUp(t);
    assert.equal((await alice.mcp(["deploy", "web", "-q"])).stderr, "");
  });

  it("writes a changed definition upon what it saw", async (t) => {
    const { alice, stored } = await deployed(t);
    await alice.define("web", webToml({ image: V2 }));
    const { code, stderr } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 0);
    assert.match(
      stderr,
      /components\.api\.image: registry\.example\.net\/web:v1\.0\.0 → registry\.example\.net\/web:v2\.0\.0/,
    );
    const document = await stored();
    assert.deepEqual([document?.generation, document?.base?.generation, document?.force], [2, 1, undefined]);
  });

  it("tells the others by an event that names the fields, and no values", async (t) => {
    const { bus, alice } = await deployed(t);
    await alice.define("web", webToml({ image: V2, more: 'env = { PASSWORD = "hunter2" }\n' }));
    await alice.mcp(["deploy", "web", "-m", "why not"]);
    const event = bus.published.at(-1);
    assert.equal(event?.message, "alice@laptop: deploy web@rift, generation 2");
    assert.deepEqual(event?.data, {
      node: "rift",
      command: "deploy",
      forced: false,
      fields: ["components.api.image", "components.api.env.PASSWORD"],
      message: "why not",
    });
  });

  it("writes nothing when nothing changed, whoever wrote it", async (t) => {
    const { bus, alice, stored } = await deployed(t);
    const bob = await localWorkstation(t, bus, "bob@desk");
    await bob.define("web", webToml());
    for (const one of [alice, bob]) {
      const { code, stdout } = await one.mcp(["deploy", "web"]);
      assert.deepEqual([code, stdout], [0, "web@rift: nothing to change: generation 1 is converged\n"]);
    }
    assert.equal((await stored())?.generation, 1);
    assert.equal(
      assertJson("change-output", (await bob.mcp(["deploy", "web", "--json"])).stdout).results[0]?.outcome,
      "unchanged",
    );
  });

  it("never prints a value of env, wherever it shows differences", async (t) => {
    const { bus, alice } = await setUp(t);
    const secret = (value: string) => webToml({ more: `env = ["PASSWORD=${value}"]\n` });
    const bob = await localWorkstation(t, bus, "bob@desk");
    await alice.define("web", secret("hunter2"));
    await bob.define("web", secret("correct-horse"));
    const texts = [];
    for (const argv of [
      ["plan", "web"],
      ["deploy", "web"],
      ["plan", "web", "--json"],
      ["deploy", "web", "--json"],
    ]) {
      for (const one of [alice, bob]) texts.push(JSON.stringify(await one.mcp(argv)));
    }
    bus.beforeWrite = ({ service }) => {
      bus.putDesired(
        desiredService({
          service,
          generation: 9,
          spec: serviceSpec({ components: [componentSpec({ env: { PASSWORD: "hunter2" } })] }),
        }),
      );
    };
    texts.push(JSON.stringify(await bob.mcp(["deploy", "web", "--force", "--json"])));
    assert.match(texts.join(), /PASSWORD/);
    assert.doesNotMatch(texts.join(), /hunter2|correct-horse/);
  });
});

describe("mcp deploy and images without a registry", () => {
  const HUB = ["docker", "io"].join(".");

  it("refuses a new one with the position and the full name to write, on the workstation", async (t) => {
    const { alice, stored } = await setUp(t);
    for (const [short, full] of [
      ["nginx:1.27", `${HUB}/library/nginx:1.27`],
      ["alice/web:1", `${HUB}/alice/web:1`],
    ] as const) {
      await alice.define("web", webToml({ image: short }));
      for (const verb of ["plan", "deploy"]) {
        const { code, stderr } = await alice.mcp([verb, "web"]);
        assert.equal(code, 2);
        const text = `web.toml:6:9: components.api.image: "${short}" names no registry; write instead: image = "${full}"`;
        assert.ok(stderr.includes(text), stderr);
      }
    }
    assert.equal(await stored(), undefined);
  });

  it("takes an image of localhost", async (t) => {
    const { alice } = await setUp(t);
    await alice.define("web", webToml({ image: "localhost/web:1" }));
    assert.equal((await alice.mcp(["deploy", "web"])).code, 0);
  });

  it("does not refuse what is stored already, only what changes", async (t) => {
    const { bus, alice } = await setUp(t);
    const short = componentSpec({ image: "nginx:1.27" });
    bus.putDesired(desiredService({ author: "alice@laptop", spec: serviceSpec({ components: [short] }) }));
    await alice.define("web", webToml({ image: "nginx:1.27", more: "read_only = true\n" }));
    assert.equal((await alice.mcp(["deploy", "web", "--force"])).code, 0);
    const more = '\n[[components]]\nname = "db"\nimage = "db:1"\n';
    await alice.define("web", webToml({ image: "nginx:1.27", more }));
    const { code, stderr } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 2);
    assert.match(stderr, /components\.db\.image: "db:1" names no registry/);
    assert.doesNotMatch(stderr, /components\.api/);
    assert.equal((await alice.mcp(["deploy", "web/api"])).code, 0, "of one component only that one is checked");
  });
});

describe("mcp deploy upon what others wrote", () => {
  async function overtaken(t: Scope) {
    const all = await deployed(t);
    const bob = await localWorkstation(t, all.bus, "bob@desk");
    await bob.define("web", webToml({ image: V2 }));
    return { ...all, bob };
  }

  it("refuses what this workstation has never seen, and names author, time, message and fields", async (t) => {
    const { bob, stored } = await overtaken(t);
    const { code, stdout, stderr } = await bob.mcp(["deploy", "web"]);
    assert.deepEqual([code, stdout], [4, ""]);
    assert.deepEqual(stderr.split("\n"), [
      "error: web@rift: alice@laptop wrote generation 1 at 2025-06-01T12:00:00Z, which this workstation has not seen (E_CONFLICT)",
      "  components.api.image: registry.example.net/web:v1.0.0 → registry.example.net/web:v2.0.0",
      "hint: compare with `mcp plan web`; overwrite with `mcp deploy web --force`",
      "",
    ]);
    assert.equal((await stored())?.generation, 1);
  });

  it("refuses what was written since, with the message, and gives programs the details", async (t) => {
    const { alice, bob } = await overtaken(t);
    await bob.mcp(["deploy", "web", "--force", "-m", "new certificate"]);
    await alice.define("web", webToml({ more: "read_only = true\n" }));
    const { code, stdout, stderr } = await alice.mcp(["deploy", "web", "--json"]);
    assert.deepEqual([code, stdout], [4, ""]);
    const { error } = assertJson("error-output", stderr);
    assert.match(
      error.message,
      /bob@desk wrote generation 2 .* \("new certificate"\), after generation 1, the last one/,
    );
    const details = assertJson("conflict-details", JSON.stringify(error.details)) satisfies ConflictDetails;
    assert.deepEqual([details.author, details.command, details.message], ["bob@desk", "deploy", "new certificate"]);
    assert.deepEqual(
      details.differences.map(({ field }) => field),
      ["components.api.image", "components.api.read_only"],
    );
  });

  it("overwrites with --force, and the event says so", async (t) => {
    const { bus, bob, alice } = await overtaken(t);
    const { code } = await bob.mcp(["deploy", "web", "--force"]);
    assert.equal(code, 0);
    assert.deepEqual([bus.published.at(-1)?.data?.["forced"], bus.published[0]?.data?.["forced"]], [true, false]);
    assert.equal((await bob.mcp(["deploy", "web"])).code, 0, "having written it is having seen it");
    assert.equal((await alice.mcp(["deploy", "web"])).code, 4, "alice's was overwritten: she has to look");
  });

  it("refuses a tombstone that it has not seen", async (t) => {
    const { bus, alice } = await deployed(t);
    const [first] = await bus.listDesired();
    assert.ok(first);
    const base = refOf(first.document);
    bus.putDesired(tombstone({ generation: 2, base, author: "bob@desk", message: "moved away" }));
    const { code, stderr } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 4);
    assert.match(stderr, /bob@desk wrote generation 2 .*"moved away"/);
  });

  it("learns who was quicker between reading and writing, without their secrets", async (t) => {
    const { bus, alice } = await deployed(t);
    await alice.define("web", webToml({ image: V2 }));
    const env = { PASSWORD: "hunter2" };
    bus.beforeWrite = () => {
      const spec = serviceSpec({ components: [componentSpec({ env })] });
      bus.putDesired(desiredService({ generation: 2, author: "bob@desk", writeId: "w2", spec }));
    };
    const { code, stderr } = await alice.mcp(["deploy", "web", "--json", "--quiet"]);
    assert.equal(code, 4);
    const { error } = assertJson("error-output", stderr);
    assert.match(error.message, /bob@desk wrote generation 2 at .* just now; nothing was written/);
    assertJson("conflict-details", JSON.stringify(error.details));
    assert.doesNotMatch(stderr, /hunter2/);
  });

  it("is refused while the bus has lost what the node accepted, and forced names that state", async (t) => {
    const { bus, alice, stored } = await deployed(t);
    const accepted = { generation: 7, hash: "a".repeat(64) };
    bus.putObserved(observedService(desiredService(), { accepted }));
    const refused = await alice.mcp(["deploy", "web"]);
    assert.equal(refused.code, 4);
    assert.match(refused.stderr, /rift accepted generation 7 of web@rift, but the bus has generation 1.*E_REGRESSED/);
    assert.match(refused.stderr, /`mcp deploy web --force`/);
    assert.equal((await alice.mcp(["deploy", "web", "--force"])).code, 0);
    const document = await stored();
    assert.deepEqual([document?.generation, document?.force], [8, accepted]);
    assert.equal(bus.published.at(-1)?.data?.["forced"], true);
  });

  it("is refused when the bus was set back to another state of the same generation", async (t) => {
    const { bus, alice } = await deployed(t);
    bus.putObserved(observedService(desiredService(), { accepted: { generation: 1, hash: "b".repeat(64) } }));
    const { code, stderr } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 4);
    assert.match(stderr, /rift accepted another generation 1 .* the bus was set back/);
  });

  it("is refused when the bus has lost what only this workstation saw, and --force continues from there", async (t) => {
    const { bus, alice, stored } = await deployed(t);
    bus.forgetDesired("rift", "web");
    bus.putObserved({ ...observedService(), accepted: null });
    const { code, stderr } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 4);
    assert.match(stderr, /this workstation has seen generation 1 of web@rift, but the bus has nothing/);
    assert.equal((await alice.mcp(["deploy", "web", "--force"])).code, 0);
    const document = await stored();
    assert.deepEqual([document?.generation, document?.force?.generation], [2, 1]);
  });
});

describe("mcp deploy and what becomes of it", () => {
  it("returns at once with --no-wait", async (t) => {
    const { alice } = await setUp(t, { rift: () => [] });
    const { code, stdout } = await alice.mcp(["deploy", "web", "--no-wait"]);
    assert.deepEqual([code, stdout], [0, "web@rift: written (generation 1), not followed\n"]);
  });

  it("leaves it to an offline node for when it is back, and exits 7", async (t) => {
    const { bus, alice, stored } = await setUp(t, { rift: () => [] });
    bus.putPresence(presenceOf("rift", { at: new Date(TEST_NOW_MS - 3 * HOUR).toISOString() }), 3 * HOUR);
    const { code, stdout } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 7);
    assert.equal(
      stdout,
      "web@rift: rift is offline (last seen 3h ago): generation 1 will be applied when it is back\n",
    );
    assert.equal((await stored())?.generation, 1);
    const again = await alice.mcp(["deploy", "web"]);
    assert.deepEqual(
      [again.code, again.stdout],
      [
        7,
        "web@rift: nothing to change: generation 1 is pending: rift is offline (last seen 3h ago); generation 1 will be applied when it is back\n",
      ],
    );
  });

  it("leaves it to an enrolled node that never was there", async (t) => {
    const { bus, alice } = await setUp(t, {});
    bus.nodes.push(nodeRecord("rift"));
    const { code, stdout } = await alice.mcp(["deploy", "web"]);
    assert.deepEqual(
      [code, stdout],
      [7, "web@rift: rift was never seen: generation 1 will be applied when it connects for the first time\n"],
    );
  });

  it("refuses a node that nobody knows and names the nearest, unless forced", async (t) => {
    const { alice, stored } = await setUp(t);
    await alice.define("web", webToml({ head: 'node = "rfit"' }));
    const { code, stderr } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 3);
    assert.match(stderr, /the bus knows no node "rfit" \(did you mean "rift"\?\)/);
    assert.equal(await stored("rfit"), undefined);
    assert.equal((await alice.mcp(["deploy", "web", "--force"])).code, 7);
  });

  it("refuses a node that was removed, although a desired state of it stands, unless forced", async (t) => {
    const { bus, alice } = await setUp(t, {});
    bus.nodes.push(nodeRecord("rift"));
    assert.equal((await alice.mcp(["deploy", "web"])).code, 7);
    bus.nodes.length = 0;
    const { code, stderr } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /the bus knows no node "rift"/);
    assert.notEqual((await alice.mcp(["deploy", "web", "--force"])).code, 3);
  });

  it("reports at once that the bus is lost and that it is back, and at the end that it is still lost", async (t) => {
    const { bus, alice } = await setUp(t, { rift: () => [] });
    const watched = Object.assign(bus, {
      watchConnection: ({ onLost, onBack }: ConnectionWatch) => {
        onLost();
        onBack();
        onLost();
      },
    });
    const { code, stdout, stderr } = await alice.mcp(["deploy", "web", "--timeout", "20ms"], { bus: watched });
    assert.equal(code, 7);
    const told = stderr.split("\n").filter((line) => line.includes("the bus"));
    assert.match(
      told[0] ?? "",
      /^warning: lost the connection to the bus.*; what was written is stored; reconnecting$/,
    );
    assert.match(told[1] ?? "", /^connected to the bus.* again$/);
    assert.match(
      stdout,
      /it is stored and will be applied: the connection to the bus.* is lost, so the result is not known here/,
    );
  });

  it("exits 7 when time is up, and says whether the node has taken it", async (t) => {
    const { alice } = await setUp(t, { rift: () => [] });
    const { code, stdout, stderr } = await alice.mcp(["deploy", "web", "--timeout", "20ms"]);
    assert.deepEqual(
      [code, stdout],
      [7, "web@rift: rift has not accepted generation 1 yet; it is stored and will be applied\n"],
    );
    assert.match(stderr, /^hint: follow it with `mcp status web@rift`$/m);
    const slow = await setUp(t, { rift: (document) => [progressing(document, ["pull"])] });
    const late = await slow.alice.mcp(["deploy", "web", "--timeout", "200ms"]);
    assert.deepEqual([late.code, late.stdout], [7, "web@rift: still in progress (generation 1)\n"]);
  });

  it("exits 4 when somebody's newer state came between", async (t) => {
    const newer = desiredService({ generation: 5 });
    const { alice } = await setUp(t, { rift: () => [observedService(newer)] });
    const { code, stdout } = await alice.mcp(["deploy", "web"]);
    assert.deepEqual([code, stdout], [4, "web@rift: generation 1 was superseded by generation 5\n"]);
  });

  it("exits 9 with the last lines, the exit code and what to do when the new version does not come up", async (t) => {
    const { alice } = await setUp(t, { rift: (document) => [failed(document)] });
    const { code, stdout, stderr } = await alice.mcp(["deploy", "web", "--quiet"]);
    assert.equal(code, 9);
    assert.equal(
      stdout,
      "web@rift: generation 1 failed: api: exited at once (E_NODE_FAILED); the previous version is still running\n",
    );
    assert.deepEqual(stderr.split("\n").slice(0, 2), ["last lines of web/api (exit code 1):", "  | boom"]);
    assert.match(stderr, /hint: .*`mcp deploy web --retry`.*`mcp logs web\/api@rift`/);
    const { results } = assertJson("change-output", (await alice.mcp(["deploy", "web", "--json"])).stdout);
    assert.deepEqual(results[0]?.failure?.lines, ["boom"]);
  });

  it("shows a new service in full, with the names of its variables and no value", async (t) => {
    const { alice } = await setUp(t);
    const more = `network = "shop"
ports = ["127.0.0.1:8443:8443", "80:8080"]
volumes = ["/srv/web:/data:ro"]
env = { PASSWORD = "hunter2", LOG = "info" }
health = { http = "http://127.0.0.1:8443/healthz", interval = "30s" }
`;
    await alice.define("web", webToml({ more, head: 'node = "rift"\nactive = false' }));
    const planned = await alice.mcp(["plan", "web"]);
    const shown = [
      "  active: false",
      "  api: registry.example.net/web:v1.0.0",
      "    network: shop",
      "    ports: 127.0.0.1:8443:8443, 80:8080",
      "    volumes: /srv/web:/data:ro",
      "    health: http = http://127.0.0.1:8443/healthz, interval = 30s",
      "    env: PASSWORD, LOG",
    ];
    assert.deepEqual(planned.stdout.trimEnd().split("\n"), ["web@rift: new service (node online)", ...shown]);
    const { stderr } = await alice.mcp(["deploy", "web", "--no-wait"]);
    assert.deepEqual(stderr.trimEnd().split("\n"), ["web@rift: new service (generation 1)", ...shown]);
    const db = '[[components]]\nname = "db"\nimage = "registry.example.net/db:1"\nports = ["5432:5432"]\n';
    await alice.define("web", webToml({ more: more + db, head: 'node = "rift"\nactive = false' }));
    const added = await alice.mcp(["plan", "web"]);
    assert.deepEqual(added.stdout.trimEnd().split("\n").slice(1), [
      "  components.db: (none) → registry.example.net/db:1",
      "    ports: 5432:5432",
    ]);
    assert.doesNotMatch(JSON.stringify([planned, stderr, added]), /hunter2|info/);
  });

  it("shows the hint and the code of the node, and logs only where something runs", async (t) => {
    const own = {
      code: "E_IMAGE",
      message: "component api: no such image",
      hint: "ask the registry",
      previousServing: false,
    };
    const { alice } = await setUp(t, { rift: (document) => [failed(document, own)] });
    const { code, stdout, stderr } = await alice.mcp(["deploy", "web", "--quiet"]);
    assert.equal(code, 9);
    assert.equal(stdout, "web@rift: generation 1 failed: component api: no such image (E_IMAGE)\n");
    assert.match(stderr, /^hint: ask the registry; when the cause is gone, repeat `mcp deploy web`$/m);
    assert.doesNotMatch(stderr, /mcp logs/);
    const { results } = assertJson("change-output", (await alice.mcp(["deploy", "web", "--json"])).stdout);
    assert.equal(results[0]?.hint, "ask the registry");
  });

  it("points to the doctor of the node for what it cannot enforce, also for a 0.1 agent", async (t) => {
    const blocked = [{ component: "api", reason: "unsupported", message: "no cgroup for memory" }] as const;
    const script: Script = (document) => [
      observedService(document, { state: "blocked", appliedGeneration: 0, blocked }),
    ];
    const { alice } = await setUp(t, { rift: script });
    const { code, stdout, stderr } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 9);
    assert.equal(stdout, "web@rift: generation 1 failed: api: no cgroup for memory (E_UNSUPPORTED)\n");
    assert.match(stderr, /^hint: .*`mcp-agent doctor`/m);
    const status = await alice.mcp(["status", "web"]);
    assert.match(status.stdout, /no cgroup for memory \(E_UNSUPPORTED\)/);
    assert.match(status.stdout, /hint +.*`mcp-agent doctor`/);
  });

  it("tries again by itself when the cause lay outside the definition", async (t) => {
    const noNetwork = { code: "E_IMAGE", message: "no route to the registry", previousServing: false };
    const { bus, alice, stored } = await setUp(t, { rift: (document) => [failed(document, noNetwork)] });
    assert.equal((await alice.mcp(["deploy", "web"])).code, 9);
    bringOnline(bus, { rift: succeeds });
    const { code, stderr } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /^web@rift: generation 1 failed for a reason outside the definition; trying again as generation 2$/m,
    );
    assert.equal((await stored())?.generation, 2);
    assert.match((await alice.mcp(["deploy", "web"])).stdout, /nothing to change: generation 2 is converged/);
  });

  it("does not call a failed version unchanged: exit 9 until --retry writes it once more", async (t) => {
    const { bus, alice, stored } = await setUp(t, { rift: (document) => [failed(document)] });
    await alice.mcp(["deploy", "web"]);
    const { code, stdout } = await alice.mcp(["deploy", "web"]);
    assert.deepEqual(
      [code, stdout],
      [9, "web@rift: nothing to change: generation 1 failed: api: exited at once (E_NODE_FAILED)\n"],
    );
    assert.equal((await stored())?.generation, 1);
    bringOnline(bus, { rift: succeeds });
    assert.equal((await alice.mcp(["deploy", "web", "--retry"])).code, 0);
    assert.equal((await stored())?.generation, 2);
  });

  it("exits 9 when a foreign container is in the way", async (t) => {
    const blocked = [{ component: "api", reason: "name-taken", message: 'container "web-api" is not ours' }] as const;
    const { alice } = await setUp(t, {
      rift: (document) => [observedService(document, { state: "blocked", appliedGeneration: 0, blocked })],
    });
    const { code, stdout } = await alice.mcp(["deploy", "web"]);
    assert.deepEqual([code, stdout], [9, 'web@rift: generation 1 failed: api: container "web-api" is not ours\n']);
  });

  it("follows what a colleague has written and the node is still at", async (t) => {
    const { bus, alice } = await setUp(t, { rift: (document) => [progressing(document, ["pull"])] });
    const bob = await localWorkstation(t, bus, "bob@desk");
    await bob.define("web", webToml());
    await alice.mcp(["deploy", "web", "--timeout", "100ms"]);
    const document = (await bus.readDesired("rift", "web"))?.document;
    assert.ok(document);
    const goesOn = bus.followObserved.bind(bus);
    bus.followObserved = (...args) => {
      void report(bus, succeeds(document));
      return goesOn(...args);
    };
    const { code, stdout, stderr } = await bob.mcp(["deploy", "web"]);
    assert.deepEqual([code, stdout], [0, "web@rift: converged (generation 1)\n"]);
    assert.match(stderr, /rift api: up/);
  });

  it("stands although its event could not be published", async (t) => {
    const { bus, alice } = await setUp(t);
    bus.publishEvent = () => Promise.reject(new Error("the stream is full"));
    const { code, stderr } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 0);
    assert.match(stderr, /^warning: the change is written, but its event could not be published: the stream is full$/m);
  });

  it("detaches on Ctrl-C and says how to look again, but only once something was written", async (t) => {
    const { bus, alice } = await setUp(t, { rift: () => [] });
    const interrupt = new AbortController();
    bus.afterWrite = () => interrupt.abort(new McpError("E_INTERRUPTED", "interrupted"));
    const { code, stderr } = await alice.mcp(["deploy", "web"], { signal: interrupt.signal });
    assert.equal(code, 130);
    assert.match(stderr, /detached: nothing was undone; look again with `mcp status web`$/m);
    const before = await alice.mcp(["deploy", "web"], {
      signal: AbortSignal.abort(new McpError("E_INTERRUPTED", "x")),
    });
    assert.equal(before.code, 130);
  });
});

describe("mcp deploy of parts, to several nodes, from elsewhere", () => {
  const both = 'nodes = ["rift", "orion"]';

  it("writes the same spec to every node of `nodes`", async (t) => {
    const { alice, stored } = await setUp(t, { rift: succeeds, orion: succeeds });
    await alice.define("web", webToml({ head: both }));
    const { code, stdout } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 0);
    assert.equal(stdout, "web@rift: converged in 0ms (generation 1)\nweb@orion: converged in 0ms (generation 1)\n");
    assert.deepEqual(
      [await stored("rift"), await stored("orion")].map((one) => one && "spec" in one && one.spec),
      [serviceSpec(), serviceSpec()],
    );
  });

  it("exits 8 when some nodes could and some could not, and 7 when some are only offline", async (t) => {
    const { bus, alice } = await setUp(t, { rift: succeeds, orion: (document) => [failed(document)] });
    await alice.define("web", webToml({ head: both }));
    assert.equal((await alice.mcp(["deploy", "web"])).code, 8);
    bus.putPresence(presenceOf("orion"), HOUR);
    await alice.define("web", webToml({ head: both, image: V2 }));
    const { code, stdout } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 7);
    assert.match(stdout, /^web@rift: converged/m);
  });

  it("tells what became of each node when one of them was written by somebody quicker", async (t) => {
    const { bus, alice } = await setUp(t, { rift: succeeds, orion: succeeds });
    await alice.define("web", webToml({ head: both }));
    bus.beforeWrite = ({ node }) => {
      if (node === "orion") bus.putDesired(desiredService({ node, author: "bob@desk", generation: 3 }));
    };
    const { code, stdout, stderr } = await alice.mcp(["deploy", "web", "--json"]);
    assert.equal(code, 8, stderr);
    const { results } = assertJson("change-output", stdout);
    assert.deepEqual(
      results.map(({ outcome, error }) => [outcome, error?.code]),
      [
        ["converged", undefined],
        ["unwritten", "E_CONFLICT"],
      ],
    );
  });

  it("writes to one node only with @node, and refuses one that the definition does not name", async (t) => {
    const { alice, stored } = await setUp(t, { rift: succeeds, orion: succeeds });
    await alice.define("web", webToml({ head: both }));
    assert.equal((await alice.mcp(["deploy", "web@orion"])).code, 0);
    assert.equal(await stored("rift"), undefined);
    assert.equal((await alice.mcp(["deploy", "web@oreon"])).code, 3);
  });

  it("names nodes that the definition left behind, with the line that removes it there", async (t) => {
    const { alice } = await deployed(t, { rift: succeeds, orion: succeeds });
    await alice.define("web", webToml({ head: 'node = "orion"' }));
    const { code, stderr } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 0);
    assert.match(stderr, /^warning: web keeps running on rift; remove it there with `mcp undeploy web@rift`$/m);
  });

  const two = (api: string, db: string) =>
    `${webToml({ image: `registry.example.net/web:${api}` })}\n[[components]]\nname = "db"\nimage = "registry.example.net/db:${db}"\n`;

  it("puts one component into what is stored and leaves the others", async (t) => {
    const { alice, stored } = await setUp(t);
    await alice.define("web", two("v1", "v1"));
    await alice.mcp(["deploy", "web"]);
    await alice.define("web", two("v2", "v2"));
    const { code, stderr } = await alice.mcp(["deploy", "web/db"]);
    assert.equal(code, 0);
    assert.doesNotMatch(stderr, /components\.api/);
    const document = await stored();
    assert.deepEqual(document && "spec" in document && document.spec.components.map(({ image }) => image), [
      "registry.example.net/web:v1",
      "registry.example.net/db:v2",
    ]);
  });

  it("does not take what it merged into for seen: the rest is somebody else's", async (t) => {
    const { bus, alice, stored } = await setUp(t);
    const bob = await localWorkstation(t, bus, "bob@desk");
    await alice.define("web", two("v1", "v1"));
    await alice.mcp(["deploy", "web"]);
    await bob.define("web", two("v2", "v1"));
    for (const argv of [
      ["deploy", "web/db"],
      ["deploy", "web/db", "--force"],
    ]) {
      assert.equal((await bob.mcp(argv)).code, 0, "its db is as stored");
      assert.equal((await bob.mcp(["deploy", "web"])).code, 4, "but its api would overwrite alice's");
    }
    assert.equal((await stored())?.generation, 1);
  });

  it("refuses an unknown component and names the nearest", async (t) => {
    const { alice } = await setUp(t);
    const { code, stderr } = await alice.mcp(["deploy", "web/apl"]);
    assert.equal(code, 3);
    assert.match(stderr, /did you mean "api"/);
  });

  it("takes a definition from elsewhere with -f, relative to where it is typed", async (t) => {
    const { alice, stored } = await setUp(t);
    await writeFile(join(alice.home, "other.toml"), webToml({ image: V2 }));
    assert.equal((await alice.mcp(["deploy", "-f", "other.toml"])).code, 0);
    assert.match(JSON.stringify(await stored()), /v2\.0\.0/);
    assert.equal((await alice.mcp(["deploy", "db", "-f", "other.toml"])).code, 2);
    assert.equal((await alice.mcp(["deploy"])).code, 2);
  });
});

describe("mcp deploy writes nothing", () => {
  it("when a port or container name belongs to another service of the node", async (t) => {
    const { bus, alice, stored } = await setUp(t);
    const ports = [{ hostPort: 8080, containerPort: 80, protocol: "tcp" }] as const;
    bus.putDesired(
      desiredService({ service: "shop", spec: serviceSpec({ name: "shop", components: [componentSpec({ ports })] }) }),
    );
    await alice.define("web", webToml({ more: 'ports = ["8080:80"]\n' }));
    const { code, stderr } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 2);
    assert.match(stderr, /on rift: shop\/api \(8080:80\) and web\/api \(8080:80\) both publish/);
    bus.putDesired(
      desiredService({
        service: "web-a",
        spec: serviceSpec({ name: "web-a", components: [componentSpec({ name: "b" })] }),
      }),
    );
    await alice.define("web", webToml().replace('"api"', '"a-b"'));
    assert.match((await alice.mcp(["deploy", "web"])).stderr, /would both be container "web-a-b"/);
    assert.equal(await stored(), undefined);
  });

  it("when the definition is wrong, missing, or an option is", async (t) => {
    const { alice, stored } = await setUp(t);
    assert.equal((await alice.mcp(["deploy", "wbe"])).code, 3);
    assert.equal((await alice.mcp(["deploy", "web", "--timeout", "soon"])).code, 2);
    await alice.define("web", webToml({ more: "color = 1\n" }));
    const { code, stderr } = await alice.mcp(["deploy", "web"]);
    assert.equal(code, 2);
    assert.match(stderr, /web\.toml:7:1: components\.api\.color/);
    assert.equal(await stored(), undefined);
  });
});
