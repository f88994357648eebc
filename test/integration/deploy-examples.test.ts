/**
 * deploy/cluster and deploy/leaf as they are shipped, on real servers with real TLS: a node and an operator with the
 * rights written there, a document written, accepted and reported through each, and one server of three killed.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { provision } from "../../src/bus/admin/provision.ts";
import { connectNodeBus, connectOperatorBus } from "../../src/bus/bus.ts";
import type { BusSettings } from "../../src/bus/connection/settings.ts";
import type { NodeBus } from "../../src/bus/ports/node-bus.ts";
import type { OperatorBus } from "../../src/bus/ports/operator-bus.ts";
import { HUB_DOMAIN } from "../../src/schemas/wire/rights.ts";
import { hasCode } from "../../src/values/error.ts";
import { createBusKeys } from "../helpers/bus-keys.ts";
import { otherTrust, SITE_EXAMPLE } from "../helpers/deploy-examples.ts";
import { type DeployedServer, deployedServer, TLS } from "../helpers/deployed-server.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { type Scope, suiteScope } from "../helpers/scope.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { desired, event, observed } from "./bus-fixtures.ts";

const SKIP = (process.env["MCP_TEST_SKIP"] ?? "").split(",").includes("nats") && "MCP_TEST_SKIP names nats";
/** A new leader takes 4 to 6 s; this is for slow machines. */
const FAILOVER_MS = 30_000;

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
      const bus = createBusKeys(dir);
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
      const rift = { ...door, name: "test", ...(await bus.enrollNode("rift", door)) };
      await goesThrough(await connectBoth(scope, operator, rift), scope);
    });
  }
});

describe("deploy/cluster", { skip: SKIP }, () => {
  const scope = suiteScope(); // ends in reverse: servers before their directories
  it("runs three servers over TLS, and continues when one of them is killed", async () => {
    const dir = await tempDir(scope);
    const bus = createBusKeys(dir);
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
    const rift = { ...door, name: "test", ...(await bus.enrollNode("rift", door)) };
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
    it(`carries a site's node through its leaf server to the hub, and nothing of another's (${version})`, async () => {
      const dir = await tempDir(scope);
      const bus = createBusKeys(dir);
      const [hubPort, leafPort, sitePort] = [await freePort(), await freePort(), await freePort()];
      const hubText = await example("leaf/hub.conf");
      const siteText = await example(SITE_EXAMPLE.path);
      const hubDoor = { servers: [`tls://127.0.0.1:${hubPort}`], ...CA };
      const siteDoor = { servers: [`tls://127.0.0.1:${sitePort}`], ...CA, domain: HUB_DOMAIN };
      const common = {
        "hub.example.net:7422": `127.0.0.1:${leafPort}`,
        '"0.0.0.0:7422"': `"127.0.0.1:${leafPort}"`,
        "/etc/nats/tls/": TLS,
        ...otherTrust(hubText, bus.trust),
      };
      const at = (port: number) => ({ ...common, '"0.0.0.0:4222"': `"127.0.0.1:${port}"` });
      const hub = { example: "leaf", config: "hub.conf", dir: join(dir, "hub"), version, replace: at(hubPort) };
      await (await deployedServer(scope, hub)).start();
      const operator = { ...hubDoor, name: "test", ...(await bus.operator("kyle")) };
      await provision(operator, { replicas: 1, create: true });
      const rift = await bus.enrollNode("rift", hubDoor);
      const replace = {
        ...at(sitePort),
        ...otherTrust(siteText, rift.siteTrust),
        "/etc/nats/nodes/": `${dir}/bridge-`,
      };
      const site = { example: "leaf", config: "site.conf", dir: join(dir, "site"), version, replace };
      await (await deployedServer(scope, site)).start();
      const { creds, inboxPrefix } = rift;
      const node = { ...siteDoor, name: "test", creds, inboxPrefix };
      await goesThrough(await connectBoth(scope, operator, node), scope);

      const atSite = connectOperatorBus({ ...operator, ...siteDoor }, { author: "kyle@desk" });
      await assert.rejects(atSite, (error) => hasCode(error, "E_REFUSED"), "the site's server knows its nodes alone");
    });
  }
});
