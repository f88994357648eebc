/**
 * deploy/cluster and deploy/leaf as they are shipped, on real servers with real TLS: a node and an operator with the
 * rights written there, a document written, accepted and reported through each, and one server of three killed.
 */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { connectNodeBus, connectOperatorBus } from "../../src/bus/bus.ts";
import type { NodeBus } from "../../src/bus/node-bus.ts";
import type { OperatorBus } from "../../src/bus/operator-bus.ts";
import { provision } from "../../src/bus/provision.ts";
import type { BusSettings } from "../../src/bus/settings.ts";
import { hasCode } from "../../src/schemas/error.ts";
import { nodeInbox, nodeRights } from "../../src/schemas/rights.ts";
import { createNkeyUser } from "../../src/trust/nkey-user.ts";
import { otherTrust } from "../helpers/deploy-examples.ts";
import { type DeployedServer, deployedServer, TLS } from "../helpers/deployed-server.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { paperBus } from "../helpers/paper-bus.ts";
import { type Scope, suiteScope } from "../helpers/scope.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { desired, event, observed } from "./bus-fixtures.ts";

const SKIP = (process.env["MCP_TEST_SKIP"] ?? "").split(",").includes("nats") && "MCP_TEST_SKIP names nats";
/** A new leader takes 4 to 6 s; this is for slow machines. */
const FAILOVER_MS = 30_000;

const EXAMPLE_KEYS = {
  operator: "UAWUPQVGES5M3CTISE4BTP34EONJRYIOJCVM5PMDNARVGAQRMIYSS4WV",
  rift: "UAZF2S3ZROOB3OAE5XXJPFZSPMNFR27IY6YP3O7GE4IYDKHCLNEK44AV",
  lakeside: "UCH6V3DT4A2AZZJOM6CJCXA6VMILSTYXK6YKREOJ7LX2ML7NQOUT3NFB",
};

interface Key {
  readonly publicKey: string;
  /** Path of its credentials file. */
  readonly path: string;
}

async function newKey(dir: string, name: string): Promise<Key> {
  const { publicKey, creds } = createNkeyUser();
  const path = join(dir, `${name}.creds`);
  await writeFile(path, creds, { mode: 0o600 });
  return { publicKey, path };
}

interface Door {
  readonly servers: readonly string[];
  readonly domain?: string;
}

function settings(door: Door, { path }: Key, inboxPrefix: string): BusSettings {
  return { ...door, creds: path, ca: join(TLS, "ca.pem"), name: "test", inboxPrefix };
}

const openBoth = (scope: Scope, door: Door, keys: { operator: Key; rift: Key }) =>
  connectBoth(scope, settings(door, keys.operator, "_INBOX_test"), settings(door, keys.rift, nodeInbox("rift")));

async function connectBoth(scope: Scope, operatorSettings: BusSettings, nodeSettings: BusSettings) {
  const operator = await connectOperatorBus(operatorSettings, { author: "kyle@desk" });
  scope.after(() => operator.close());
  const node = await connectNodeBus(nodeSettings, "rift", { onProblem: () => undefined });
  scope.after(() => node.close());
  await eventually(() => node.isConnected(), { what: "the node connects" });
  return { operator, node };
}

/** What a deploy is to the bus: written, heard of, read, reported, told; each seen from the other side. */
async function goesThrough({ operator, node }: { operator: OperatorBus; node: NodeBus }, scope: Scope) {
  const woken: string[] = [];
  const over = new AbortController();
  scope.after(() => over.abort());
  node.onWake((service) => woken.push(service), over.signal);
  node.serve(async (_request, replier) => {
    await replier.send({ error: { code: "E_NOT_FOUND", message: "nothing runs" }, last: true });
  }, over.signal);
  await node.readIndex(); // a round trip: the subscriptions are in place
  await operator.writeDesired(desired(), 0);
  await eventually(() => woken.includes("web"), { what: "the node is woken" });
  assert.deepEqual((await node.readIndex())?.services, ["web"]);
  assert.equal((await node.readDesired("web"))?.generation, 1);
  await node.putObserved(observed());
  assert.equal((await operator.readObserved("rift", "web"))?.value.service, "web");
  const told = event();
  await node.publishEvent(told);
  const replay = operator.events({ follow: false }, AbortSignal.timeout(10_000));
  const ids: string[] = [];
  for await (const one of replay) ids.push(one.id);
  assert.deepEqual(ids, [told.id]);
  const answers = operator.ask({ verb: "ps" }, { nodes: ["rift"], idleMs: 5_000, signal: over.signal });
  const replies = [];
  for await (const reply of answers) replies.push(reply);
  assert.equal(replies.length, 1);
}

const CA = { ca: join(TLS, "ca.pem") };
const example = (path: string) => readFile(new URL(`../../deploy/${path}`, import.meta.url), "utf8");

describe("deploy/nats.conf", { skip: SKIP }, () => {
  const scope = suiteScope();
  for (const version of ["newest", "2.10"] as const) {
    it(`serves an operator and a node that was admitted while it ran (${version})`, async () => {
      const dir = await tempDir(scope);
      const bus = paperBus(dir);
      const port = await freePort();
      const replace = {
        ...otherTrust(await example("nats.conf"), bus.trust),
        '"0.0.0.0:4222"': `"127.0.0.1:${port}"`,
        "/etc/nats/tls/": TLS,
      };
      const place = { example: ".", config: "nats.conf", dir: join(dir, "server"), version };
      await (await deployedServer(scope, { ...place, replace })).start();
      const door = { servers: [`tls://127.0.0.1:${port}`], ...CA };
      const operator = { ...door, name: "test", ...(await bus.operator("kyle")) };
      await provision(operator, { replicas: 1, create: true });
      const rift = { ...door, name: "test", ...(await bus.admit("rift", door)) };
      await goesThrough(await connectBoth(scope, operator, rift), scope);
    });
  }
});

describe("deploy/cluster", { skip: SKIP }, () => {
  const scope = suiteScope(); // ends in reverse: servers before their directories
  it("serves three servers over TLS, and goes on when one of them is killed", async () => {
    const dir = await tempDir(scope);
    const bus = paperBus(dir);
    const ports = await Promise.all(Array.from({ length: 6 }, () => freePort()));
    const [client, route] = [ports.slice(0, 3), ports.slice(3)];
    const servers: DeployedServer[] = [];
    for (const index of [0, 1, 2]) {
      const routes = [1, 2, 3].map((n) => [`n${n}.example.net:6222`, `127.0.0.1:${route[n - 1]}`]);
      const replace = {
        ...Object.fromEntries(routes),
        '"0.0.0.0:4222"': `"127.0.0.1:${client[index]}"`,
        '"0.0.0.0:6222"': `"127.0.0.1:${route[index]}"`,
        ...otherTrust(await example("cluster/n1.conf"), bus.trust),
        "/etc/nats/tls/": TLS,
      };
      const place = { example: "cluster", config: `n${index + 1}.conf`, dir: join(dir, `n${index + 1}`) };
      servers.push(await deployedServer(scope, { ...place, replace }));
    }
    await Promise.all(servers.map((server) => server.start()));
    const door = { servers: client.map((port) => `tls://127.0.0.1:${port}`), ...CA };
    const operator = { ...door, name: "test", ...(await bus.operator("kyle")) };
    const report = await eventually(() => provision(operator, { replicas: 3, create: true }).catch(() => false), {
      what: "the cluster takes streams",
      timeoutMs: FAILOVER_MS,
      intervalMs: 250,
    });
    assert.ok(typeof report === "object" && report.streams.every(({ result }) => result !== "differs"));
    const rift = { ...door, name: "test", ...(await bus.admit("rift", door)) };
    const both = await connectBoth(scope, operator, rift);
    await goesThrough(both, scope);

    const { url } = await both.operator.facts();
    const used = client.findIndex((port) => url.endsWith(`:${port}`));
    await servers[used]?.kill9();
    const document = { ...desired(), generation: 2, writeId: "after-the-kill" };
    const revision = await eventually(
      async () => {
        try {
          const stored = await both.operator.readDesired("rift", "web");
          return stored && (await both.operator.writeDesired(document, stored.revision));
        } catch (error) {
          assert.ok(
            hasCode(error, "E_BUS_UNREACHABLE") || hasCode(error, "E_BUS") || hasCode(error, "E_BUS_UNPROVISIONED"),
            String(error),
          );
          return false;
        }
      },
      { what: "a write lands after the leader's death", timeoutMs: FAILOVER_MS, intervalMs: 200 },
    );
    assert.ok(Number(revision) > 0);
    const seen = async () => (await both.node.readDesired("web").catch(() => undefined))?.generation === 2;
    await eventually(seen, { what: "the node reads it", timeoutMs: FAILOVER_MS, intervalMs: 100 });
    await eventually(
      () =>
        both.node.putObserved(observed({ report: 2 })).then(
          () => true,
          () => false,
        ),
      {
        what: "the node reports",
        timeoutMs: FAILOVER_MS,
        intervalMs: 100,
      },
    );
  });
});

describe("deploy/leaf", { skip: SKIP }, () => {
  const scope = suiteScope();
  for (const version of ["newest", "2.10"] as const) {
    it(`carries node and operator of a site through its leaf server to the hub (${version})`, async () => {
      const dir = await tempDir(scope);
      const [hubPort, leafPort, sitePort] = [await freePort(), await freePort(), await freePort()];
      const [operator, rift] = [await newKey(dir, "operator"), await newKey(dir, "rift")];
      const lakeside = await newKey(dir, "lakeside");
      const [, seed = ""] = /\n(SU\w+)\n/.exec(await readFile(lakeside.path, "utf8")) ?? [];
      const replace = {
        "hub.example.net:7422": `127.0.0.1:${leafPort}`,
        '"0.0.0.0:7422"': `"127.0.0.1:${leafPort}"`,
        [EXAMPLE_KEYS.operator]: operator.publicKey,
        [EXAMPLE_KEYS.rift]: rift.publicKey,
        [EXAMPLE_KEYS.lakeside]: lakeside.publicKey,
      };
      const at = (port: number) => ({ ...replace, '"0.0.0.0:4222"': `"127.0.0.1:${port}"` });
      const hub = { example: "leaf", config: "hub.conf", dir: join(dir, "hub"), version, replace: at(hubPort) };
      const site = {
        example: "leaf",
        config: "site.conf",
        dir: join(dir, "site"),
        version,
        env: { MCP_LEAF_SEED: seed },
        replace: at(sitePort),
      };
      await (await deployedServer(scope, hub)).start();
      const hubDoor = { servers: [`tls://127.0.0.1:${hubPort}`] };
      await provision(settings(hubDoor, operator, "_INBOX_test"), { replicas: 1, create: true });
      await (await deployedServer(scope, site)).start();
      const door = { servers: [`tls://127.0.0.1:${sitePort}`], domain: "hub" };
      await eventually(
        () =>
          provision(settings(door, operator, "_INBOX_test"), { replicas: 1, create: false }).then(
            () => true,
            () => false,
          ),
        { what: "the hub is reached through the leaf", timeoutMs: 15_000, intervalMs: 100 },
      );
      const both = await openBoth(scope, door, { operator, rift });
      await goesThrough(both, scope);

      const atHub = await connectOperatorBus(settings(hubDoor, operator, "_INBOX_hub"), { author: "kyle@hub" });
      scope.after(() => atHub.close());
      assert.equal((await atHub.readDesired("rift", "web"))?.document.generation, 1);
      assert.equal((await atHub.listPresence()).length, 0);
    });
  }

  it("grants a site's node exactly the rights of the code, below the hub's domain", async () => {
    const text = await readFile(new URL("../../deploy/leaf/site.conf", import.meta.url), "utf8");
    const list = (name: string) => {
      const [, body = ""] =
        new RegExp(`${name}: \\[([^\\]]*)\\]`).exec(text.slice(text.indexOf("authorization"))) ?? [];
      return [...body.matchAll(/"([^"]+)"/g)].map((match) => match[1]);
    };
    const { publish, subscribe } = nodeRights("rift", "hub");
    assert.deepEqual(list("publish"), publish);
    assert.deepEqual(list("subscribe"), subscribe);
  });
});
