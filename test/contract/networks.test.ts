/** How containers leave and join networks while they run: what the agent relies on when it gives a new container its names. */
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { Podman } from "../../src/agent/runtime/podman/podman.ts";
import type { Runtime } from "../../src/agent/runtime/runtime.ts";
import { LABEL } from "../../src/schemas/service/labels.ts";
import type { ComponentSpec } from "../../src/schemas/service/spec.ts";
import { McpError } from "../../src/values/error.ts";
import { componentSpec } from "../helpers/component-spec.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { podmanSuite } from "../helpers/podman-suite.ts";
import { FakeRuntime } from "../twin/fake-runtime.ts";

const NETWORK = "joinnet";
const soon = () => AbortSignal.timeout(30_000);
const count = { made: 0 };

interface Own extends Pick<Partial<ComponentSpec>, "cmd" | "ports"> {
  readonly labels?: Readonly<Record<string, string>>;
}

/** A running container on the network. */
async function started(runtime: Runtime, image: string, { labels = {}, ...own }: Own = {}): Promise<string> {
  const spec = componentSpec({ image, network: NETWORK, ...own });
  count.made += 1;
  const id = await runtime.create({ name: `c-${count.made}`, spec, aliases: [], labels }, soon());
  await runtime.start(id, soon());
  return id;
}

function contract(kind: string, open: () => Promise<{ readonly runtime: Runtime; readonly image: string }>) {
  const namesOf = async (runtime: Runtime, id: string) => {
    const { has, state } = (await runtime.inspect(id, soon())) ?? {};
    assert.equal(state, "running");
    return has?.networks[NETWORK]?.filter((name) => name !== id.slice(0, 12));
  };

  test(`${kind}: a running container gets other names when it leaves its network and joins it again`, async () => {
    const { runtime, image } = await open();
    const id = await started(runtime, image);
    assert.deepEqual(await namesOf(runtime, id), []);
    const address = await runtime.leaveNetwork(id, NETWORK, soon());
    assert.ok(address);
    assert.equal(await namesOf(runtime, id), undefined);
    assert.equal(await runtime.leaveNetwork(id, NETWORK, soon()), undefined, "twice is not an error");
    await runtime.joinNetwork(id, { network: NETWORK, names: ["web", "web-api"], address }, soon());
    assert.deepEqual(await namesOf(runtime, id), ["web", "web-api"]);
    const again = runtime.joinNetwork(id, { network: NETWORK, names: ["web"] }, soon());
    await assert.rejects(again, (error) => error instanceof McpError && /already connected/.test(error.message));
    assert.deepEqual(await runtime.leaveNetwork(id, NETWORK, soon()), address, "it has kept its address");
    await runtime.joinNetwork(id, { network: NETWORK, names: [] }, soon());
  });
}

describe("a network", () => {
  const { node, image } = podmanSuite();
  const holder: { podman?: Podman } = {};
  const podman = () => {
    assert.ok(holder.podman);
    return holder.podman;
  };

  before(async () => {
    holder.podman = new Podman({ socketPath: node().socketPath });
    await podman().pull(image(), () => undefined, soon());
    await podman().ensureNetwork(NETWORK, soon());
  });

  contract("the twin in memory", async () => {
    const runtime = new FakeRuntime();
    runtime.provide("127.0.0.1:5000/hello:v1");
    await runtime.pull("127.0.0.1:5000/hello:v1", () => undefined, soon());
    await runtime.ensureNetwork(NETWORK, soon());
    return { runtime, image: "127.0.0.1:5000/hello:v1" };
  });
  contract("podman", async () => ({ runtime: podman(), image: image() }));

  const addressOf = async (id: string) => {
    const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    return (await node().podman("inspect", id, "--format", format)).trim();
  };

  test("keeps the open connections of a container that leaves it and joins it again at once", async () => {
    const server = await started(podman(), image(), { cmd: ["/bin/nc", "-l", "-p", "9000", "-e", "/bin/cat"] });
    const send = `(while true; do echo here; sleep 1; done) | nc ${await addressOf(server)} 9000`;
    const id = await started(podman(), image(), { cmd: ["/bin/sh", "-c", send] });
    const echoes = async () => (await node().podman("logs", id)).split("here").length - 1;
    await eventually(async () => (await echoes()) >= 2, { what: "the connection is used" });
    const address = await podman().leaveNetwork(id, NETWORK, soon());
    await podman().joinNetwork(id, { network: NETWORK, names: ["sender"], address }, soon());
    const before = await echoes();
    await eventually(async () => (await echoes()) >= before + 3, { what: "it is still used", timeoutMs: 20_000 });
  });

  test("keeps the published ports of a container that leaves it and joins it again", async () => {
    const hostPort = await freePort();
    const ports = [{ hostPort, containerPort: 8080, protocol: "tcp" }] as const;
    const id = await started(podman(), image(), { ports });
    const page = async () => await (await fetch(`http://127.0.0.1:${hostPort}/`)).text();
    await eventually(async () => (await page()) === "hello v1\n", { what: "it serves" });
    const address = await podman().leaveNetwork(id, NETWORK, soon());
    await podman().joinNetwork(id, { network: NETWORK, names: ["web"], address }, soon());
    assert.equal(await page(), "hello v1\n");
  });

  test("gives a container of ours another address at its start when its own was taken while it was stopped", async () => {
    const labels = { [LABEL.attempt]: "0a1b" };
    const ours = await started(podman(), image(), { labels });
    const theirs = await started(podman(), image());
    for (const id of [ours, theirs]) {
      const address = await podman().leaveNetwork(id, NETWORK, soon());
      await podman().joinNetwork(id, { network: NETWORK, names: ["kept"], address }, soon());
    }
    const [own, other] = [await addressOf(ours), await addressOf(theirs)];
    await node().podman("stop", "--all", "--time", "0");
    // As a reboot does: podman forgets which addresses it gave, and begins with the first again.
    await rm(join(node().runtimeDir, "containers/networks/ipam.db"));
    const taken = new Set<string>();
    for (let guests = 0; !(taken.has(own) && taken.has(other)); guests++) {
      assert.ok(guests < 30);
      taken.add(await addressOf(await started(podman(), image())));
    }
    await podman().start(ours, soon());
    assert.notEqual(await addressOf(ours), own);
    const { has } = (await podman().inspect(ours, soon())) ?? {};
    assert.deepEqual(has?.networks, { [NETWORK]: ["kept", ours.slice(0, 12)] });
    await assert.rejects(
      podman().start(theirs, soon()),
      /already allocated/,
      "a fixed address of somebody else is meant",
    );
  });
});
