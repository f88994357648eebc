import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { describe, it } from "node:test";
import type { DesiredPresent } from "../../../../src/schemas/service/desired.ts";
import { specHash } from "../../../../src/schemas/service/spec-hash.ts";
import type { DescribedContainer, LiveContainer } from "../../../../src/schemas/wire/live-container.ts";
import type { RequestBody } from "../../../../src/schemas/wire/request.ts";
import { componentSpec, desiredService, observedService, serviceSpec } from "../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { type LocalWorkstation, localWorkstation, webToml } from "../../../helpers/local-workstation.ts";
import { TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { bringOnline } from "../../../helpers/scripted-node.ts";
import { type Answer, MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

const ID = { api: "a".repeat(64), db: "d".repeat(64), old: "0".repeat(64) };
const IMAGE = componentSpec().image;

interface Container extends Partial<LiveContainer> {
  readonly id: string;
  readonly name: string;
  readonly described?: Partial<DescribedContainer>;
}

const api: Container = { id: ID.api, name: "web-api" };
const db: Container = { id: ID.db, name: "web-db" };

/** A workstation, and nodes with these containers. */
async function world(t: Scope, nodes: Record<string, readonly Container[]>) {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  const quick = (document: Parameters<typeof observedService>[0]) => [observedService(document, { report: 50 })];
  bringOnline(bus, Object.fromEntries(Object.keys(nodes).map((node) => [node, quick])));
  const asked: RequestBody[] = bus.asked;
  for (const [node, containers] of Object.entries(nodes)) bus.agents.set(node, (body) => answers(containers, body));
  const alice = await localWorkstation(t, bus);
  const stored = async (node = "rift") => (await bus.readDesired(node, "web"))?.document as DesiredPresent | undefined;
  return { bus, alice, stored, asked };
}

function answers(containers: readonly Container[], body: RequestBody): Answer[] {
  if (body.verb === "ps") {
    const live = containers.map(({ described: _, ...own }) => ({ image: IMAGE, state: "running" as const, ...own }));
    return [{ body: { verb: "ps", containers: live } }];
  }
  if (body.verb !== "describe") return [];
  const found = containers.filter(({ id }) => body.ids.includes(id));
  return [
    ...found.map((one): Answer => ({ body: { verb: "describe", container: describedOf(one, body.env) } })),
    { body: { verb: "done" } },
  ];
}

function describedOf({ id, name, described = {} }: Container, withValues: boolean): DescribedContainer {
  const { name: _, ...plain } = componentSpec();
  const spec = { ...plain, ...described.spec };
  const env = Object.fromEntries(Object.entries(spec.env).map(([key, value]) => [key, withValues ? value : ""]));
  return { id, name, startedAt: "x", unsaid: [], remarks: [], ...described, spec: { ...spec, env } };
}

const withEnv = (env: Record<string, string>): Partial<DescribedContainer> => {
  const { name: _, ...spec } = componentSpec({ env });
  return { spec };
};

const plans = async (alice: LocalWorkstation) => (await alice.mcp(["plan", "web"])).code;

describe("mcp adopt", () => {
  it("makes running containers the desired state by their ids, and writes a definition that plans to nothing", async (t) => {
    const { alice, stored } = await world(t, { rift: [api, db, { id: "b".repeat(64), name: "other" }] });
    const { code, stdout } = await alice.mcp(["adopt", "web", "--yes", "-m", "taken over"]);
    assert.equal(code, 0);
    assert.equal(stdout, `web@rift: converged in 0ms (generation 1)\n${alice.path("web")}: written\n`);
    const document = await stored();
    assert.deepEqual(
      document?.spec.components.map(({ name }) => name),
      ["api", "db"],
    );
    const api1 = document?.spec.components[0];
    assert.deepEqual(document?.adopted?.["api"], {
      containerId: ID.api,
      spec: specHash(api1 ?? componentSpec()),
      generation: 1,
    });
    assert.deepEqual([document?.command, document?.message], ["adopt", "taken over"]);
    assert.equal(await plans(alice), 0);
  });

  it("shows names of variables before it asks for their values, which go to a private file and nowhere else", async (t) => {
    const token = { ...api, described: withEnv({ TOKEN: "s3cret", LOG: "debug" }) };
    const { alice, stored, asked } = await world(t, { rift: [token] });
    const no = await alice.mcp(["adopt", "web"], { tty: true, stdin: "n\n" });
    assert.equal(no.code, 2);
    assert.match(no.stderr, /env, with its values: TOKEN, LOG/);
    assert.ok(!asked.some((body) => body.verb === "describe" && body.env));
    const yes = await alice.mcp(["adopt", "web", "--json"], { tty: true, stdin: "y\n" });
    assert.equal(yes.code, 0);
    for (const said of [no.stdout, no.stderr, yes.stdout, yes.stderr]) assert.doesNotMatch(said, /s3cret/);
    assert.deepEqual((await stored())?.spec.components[0]?.env, { TOKEN: "s3cret", LOG: "debug" });
    assert.match(await alice.definition("web"), /TOKEN=s3cret/);
    assert.equal((await stat(alice.path("web"))).mode & 0o777, 0o600);
    assert.equal(await plans(alice), 0);
  });

  it("lists what cannot be expressed, in words and in JSON, before anything is done", async (t) => {
    const unsaid = [
      { field: "hostname", value: "own" },
      { field: "network alias", value: "api" },
    ];
    const remarks = ["image: by its digest"];
    const { name: _, ...spec } = componentSpec({ env: { "A B": "1" } });
    const { alice, stored } = await world(t, { rift: [{ ...api, described: { unsaid, remarks, spec } }] });
    const { code, stdout, stderr } = await alice.mcp(["adopt", "web", "--dry-run"]);
    assert.equal(code, 0);
    assert.match(stderr, /a definition cannot express this.*\n {6}hostname: own\n {6}env: A B\n/);
    assert.match(stderr, /image: by its digest/);
    assert.equal(stdout, "web@rift: 1 to adopt; nothing was written\n");
    assert.match(stderr, /web\.toml would be written/);
    assert.doesNotMatch(stderr, /is written|will be/);
    assert.equal((await alice.mcp(["adopt", "web", "-n"])).code, 2, "-n means a number of lines, in every command");
    const json = assertJson("adopt-output", (await alice.mcp(["adopt", "web", "--dry-run", "--json"])).stdout);
    assert.deepEqual(
      json.containers[0]?.unsaid.map(({ field }) => field),
      ["hostname", "env"],
    );
    assert.deepEqual([json.dryRun, json.file.outcome, json.result], [true, "created", undefined]);
    assert.equal(await stored(), undefined);
    await assert.rejects(alice.definition("web"));
  });

  it("takes containers of other names, and says what they will be called", async (t) => {
    const { alice, stored } = await world(t, { rift: [{ ...api, name: "frontend" }] });
    const { code, stderr } = await alice.mcp(["adopt", "web", "--container", "frontend=api", "--yes"]);
    assert.equal(code, 0);
    assert.match(stderr, /renamed from frontend to web-api/);
    assert.equal((await stored())?.adopted?.["api"]?.containerId, ID.api);
  });

  it("refuses without a terminal and without --yes, and writes nothing", async (t) => {
    const { alice, stored } = await world(t, { rift: [api] });
    const { code, stderr } = await alice.mcp(["adopt", "web"]);
    assert.deepEqual([code, await stored()], [2, undefined]);
    assert.match(stderr, /E_UNCONFIRMED/);
  });

  it("adds a component to a service that is desired, and its table to the file, comments kept", async (t) => {
    const { alice, stored } = await world(t, { rift: [{ ...api, service: "web", component: "api" }, db] });
    const toml = `# ours\n${webToml()}# the end\n`;
    await alice.define("web", toml);
    await alice.mcp(["deploy", "web"]);
    const { code, stderr } = await alice.mcp(["adopt", "web", "--yes"]);
    assert.equal(code, 0);
    assert.match(stderr, /web-api already belongs to web/);
    const definition = await alice.definition("web");
    assert.ok(definition.startsWith(toml));
    assert.match(definition.slice(toml.length), /^\n\[\[components\]\]\nname = "db"\n/);
    assert.deepEqual(Object.keys((await stored())?.adopted ?? {}), ["db"]);
    assert.equal(await plans(alice), 0);
  });

  it("leaves a file that says otherwise as it is, and says so before and after", async (t) => {
    const { alice, stored } = await world(t, { rift: [api] });
    const toml = webToml({ image: "registry.example.net/web:v9.9.9" });
    await alice.define("web", toml);
    const { code, stderr } = await alice.mcp(["adopt", "web", "--yes"]);
    assert.equal(code, 0);
    assert.match(stderr, /differs and is not changed/);
    assert.match(stderr, /components\.api\.image/);
    assert.equal(await alice.definition("web"), toml);
    assert.equal((await stored())?.spec.components[0]?.image, IMAGE);
  });

  it("takes a foreign container in the way of a desired component for it, keeping what only the agent uses", async (t) => {
    const { alice, stored } = await world(t, { rift: [api] });
    await alice.define("web", webToml({ more: 'min_up = "9s"\nhealth = { cmd = ["true"] }\n' }));
    await alice.mcp(["deploy", "web"]);
    assert.equal((await alice.mcp(["adopt", "web/api", "--yes"])).code, 0);
    const document = await stored();
    assert.equal(document?.adopted?.["api"]?.containerId, ID.api);
    assert.deepEqual([document?.spec.components[0]?.minUpMs, document?.generation], [9_000, 2]);
    assert.equal(document?.spec.components[0]?.health?.check.kind, "cmd");
    assert.equal(await plans(alice), 0);
  });

  it("finishes what was broken off between the document and the file, and then has nothing to do", async (t) => {
    const owned = { ...api, service: "web", component: "api" };
    const { alice, bus } = await world(t, { rift: [owned] });
    bus.putDesired(desiredService());
    const first = await alice.mcp(["adopt", "web", "--yes"]);
    assert.equal(first.stdout, `web@rift: nothing to adopt\n${alice.path("web")}: written\n`);
    const entry = { containerId: ID.db, spec: "x", generation: 2 };
    const components = [componentSpec(), componentSpec({ name: "db" })];
    bus.putDesired(desiredService({ generation: 2, spec: serviceSpec({ components }), adopted: { db: entry } }));
    assert.match((await alice.mcp(["adopt", "web", "--yes"])).stdout, /nothing to adopt\n.*written\n/);
    assert.match(await alice.definition("web"), /name = "db"/);
    const second = await alice.mcp(["adopt", "web", "--yes", "--json"]);
    const { containers, file, result } = assertJson("adopt-output", second.stdout);
    assert.deepEqual([second.code, containers, file.outcome, result], [0, [], "unchanged", undefined]);
  });

  it("says so when the containers are adopted but the definition could not be written", async (t) => {
    const { alice, bus, stored } = await world(t, { rift: [api] });
    const { afterWrite } = bus;
    bus.afterWrite = (document) => {
      writeFileSync(alice.path("web"), "# somebody was here\n");
      afterWrite(document);
    };
    const { code, stderr } = await alice.mcp(["adopt", "web", "--yes"]);
    assert.equal(code, 4);
    assert.match(stderr, /the containers are adopted; repeat the command/);
    assert.equal((await stored())?.adopted?.["api"]?.containerId, ID.api);
    assert.equal(await alice.definition("web"), "# somebody was here\n");
  });

  it("names all nodes that have the same in a new file", async (t) => {
    const { alice, bus } = await world(t, { rift: [api], orion: [] });
    bus.putDesired(desiredService({ node: "orion" }));
    assert.equal((await alice.mcp(["adopt", "web@rift", "--yes"])).code, 0);
    assert.match(await alice.definition("web"), /nodes = \["orion", "rift"\]/);
  });

  it("takes back an orphan of ours that nobody desires any more", async (t) => {
    const { alice, stored } = await world(t, { rift: [{ ...api, service: "web", component: "api" }] });
    assert.equal((await alice.mcp(["adopt", "web", "--yes"])).code, 0);
    assert.equal((await stored())?.adopted?.["api"]?.containerId, ID.api);
  });

  it("loses no write: what somebody wrote meanwhile stands", async (t) => {
    const { alice, bus, stored } = await world(t, { rift: [api] });
    const theirs = desiredService({ author: "bob@desk", spec: serviceSpec({ drift: "report" }) });
    bus.beforeWrite = () => {
      bus.beforeWrite = () => undefined;
      bus.putDesired(theirs);
    };
    const { code, stderr } = await alice.mcp(["adopt", "web", "--yes"]);
    assert.equal(code, 4);
    assert.match(stderr, /bob@desk wrote generation 1/);
    assert.equal((await stored())?.author, "bob@desk");
    await assert.rejects(alice.definition("web"));
  });

  it("writes nothing when what runs has changed since it was shown", async (t) => {
    const { alice, bus, stored } = await world(t, { rift: [api] });
    bus.agents.set("rift", (body) => {
      const { name: _, ...spec } = componentSpec({ cmd: body.verb === "describe" && body.env ? ["other"] : [] });
      return answers([{ ...api, described: { spec } }], body);
    });
    const { code, stderr } = await alice.mcp(["adopt", "web", "--yes"]);
    assert.deepEqual([code, await stored()], [4, undefined]);
    assert.match(stderr, /have changed since they were shown/);
  });
});

describe("mcp adopt refuses", () => {
  const cases: Record<string, { own: readonly Container[]; argv?: string[]; code: number; says: RegExp }> = {
    "what is not there": { own: [], code: 3, says: /there is no container web or web-<component>/ },
    "a named container that is not there": {
      own: [api],
      argv: ["web", "--container", "web-api=api", "--container", "ghost=db"],
      code: 3,
      says: /there is no container ghost/,
    },
    "containers that do not run": { own: [{ ...api, state: "exited" }], code: 3, says: /only running containers/ },
    "a container of another service": {
      own: [{ ...api, service: "shop", component: "x" }],
      argv: ["web/api"],
      code: 4,
      says: /web-api already belongs to shop\/x/,
    },
    "what the node says cannot be adopted": {
      own: [{ ...api, described: { refusal: "it belongs to a pod" } }],
      code: 4,
      says: /web-api: it belongs to a pod/,
    },
    "a name that is another's": {
      own: [
        { ...api, name: "x" },
        { ...db, name: "web-api" },
      ],
      argv: ["web", "--container", "x=api"],
      code: 4,
      says: /cannot be renamed to web-api/,
    },
    "a component that has a container": {
      own: [
        { ...api, service: "web", component: "api" },
        { ...db, name: "x" },
      ],
      argv: ["web", "--container", "x=api"],
      code: 4,
      says: /web-api already is/,
    },
    "what is no pair of names": { own: [api], argv: ["web", "--container", "x"], code: 2, says: /NAME=COMPONENT/ },
    "a component named twice": {
      own: [api],
      argv: ["web", "--container", "x=api", "--container", "y=api"],
      code: 2,
      says: /the container or the component is named twice/,
    },
    "a container that is another component": {
      own: [api],
      argv: ["web/api", "--container", "x=db"],
      code: 2,
      says: /not the component "api"/,
    },
    "what no definition may say": {
      own: [{ ...api, described: { spec: { ...componentSpec(), memoryBytes: 1_000 } } }],
      code: 2,
      says: /a definition cannot express this/,
    },
  };

  for (const [what, { own, argv = ["web"], code, says }] of Object.entries(cases)) {
    it(`${what}, and writes nothing`, async (t) => {
      const { alice, stored } = await world(t, { rift: own });
      const run = await alice.mcp(["adopt", ...argv, "--yes"]);
      assert.equal(run.code, code, run.stderr);
      assert.match(run.stderr, says);
      assert.equal(await stored(), undefined);
      await assert.rejects(alice.definition("web"));
    });
  }

  it("to guess between nodes, and adopts on the one that is named", async (t) => {
    const { alice, stored } = await world(t, { rift: [api], orion: [{ ...db, name: "web-api" }] });
    const { code, stderr } = await alice.mcp(["adopt", "web", "--yes"]);
    assert.equal(code, 2);
    assert.match(stderr, /containers on several nodes match \((rift, orion|orion, rift)\)/);
    assert.equal((await alice.mcp(["adopt", "web@orion", "--yes"])).code, 0);
    assert.equal((await stored("orion"))?.adopted?.["api"]?.containerId, ID.db);
    assert.equal(await stored("rift"), undefined);
  });

  it("a service that is stopped, and ports that another service has", async (t) => {
    const ports = [{ hostPort: 80, containerPort: 80, protocol: "tcp" as const }];
    const { name: _, ...spec } = componentSpec({ ports });
    const { alice, bus } = await world(t, { rift: [{ ...db, described: { spec } }] });
    bus.putDesired(desiredService({ spec: serviceSpec({ active: false }) }));
    const stopped = await alice.mcp(["adopt", "web", "--yes"]);
    assert.equal(stopped.code, 4);
    assert.match(stopped.stderr, /mcp start web@rift/);
    bus.putDesired(desiredService({ generation: 2 }));
    const shop = serviceSpec({ name: "shop", components: [componentSpec({ name: "front", ports })] });
    bus.putDesired(desiredService({ service: "shop", spec: shop }));
    const clash = await alice.mcp(["adopt", "web", "--yes"]);
    assert.equal(clash.code, 2);
    assert.match(clash.stderr, /shop\/front .* both publish that port/);
  });

  it("a node that does not answer", async (t) => {
    const { alice, bus } = await world(t, { rift: [api] });
    bus.agents.set("rift", (body) => (body.verb === "ps" ? answers([api], body) : []));
    const old = await alice.mcp(["adopt", "web", "--yes"]);
    assert.equal(old.code, 6);
    assert.match(old.stderr, /its agent may be older/);
    bus.agents.delete("rift");
    assert.equal((await alice.mcp(["adopt", "web@rift", "--yes"])).code, 6);
  });
});
