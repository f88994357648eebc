/**
 * Proves that this machine can run the other end-to-end tests: two rootless podman nodes, a local registry, the test images,
 * networks with names, published ports, the event stream, and a nats-server that survives what the fault tests do to it.
 */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { pushTestImages } from "../helpers/images.ts";
import { startNatsServer } from "../helpers/nats-server.ts";
import { podmanRest, podmanStream } from "../helpers/podman-rest.ts";
import { startRegistry } from "../helpers/registry.ts";
import { type PodmanNode, startPodmanNodes } from "../helpers/rootless.ts";
import { suiteScope } from "../helpers/scope.ts";

const skipped = (process.env["MCP_TEST_SKIP"] ?? "").split(",");

interface Fixture {
  nodes: PodmanNode[];
  images: Awaited<ReturnType<typeof pushTestImages>>;
}

async function created(node: PodmanNode, body: object): Promise<void> {
  const answer = await podmanRest(node.socketPath, "POST", "/containers/create", body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
}

async function started(node: PodmanNode, name: string): Promise<void> {
  const answer = await podmanRest(node.socketPath, "POST", `/containers/${name}/start`);
  assert.equal(answer.status, 204, JSON.stringify(answer.body));
}

async function pulled(node: PodmanNode, reference: string): Promise<void> {
  const query = `reference=${encodeURIComponent(reference)}&policy=always`;
  const answer = await podmanRest(node.socketPath, "POST", `/images/pull?${query}`);
  assert.equal(answer.status, 200);
  assert.match(String(answer.body) + JSON.stringify(answer.body), /"id"/);
}

describe("the test environment", { skip: skipped.includes("podman") && "MCP_TEST_SKIP names podman" }, () => {
  const fixture = {} as Fixture;
  const scope = suiteScope();
  before(async () => {
    const registry = await startRegistry(scope);
    fixture.images = await pushTestImages(registry.address);
    fixture.nodes = await startPodmanNodes(scope, 2, { plainHttpRegistries: [registry.address] });
    await Promise.all(fixture.nodes.map((node) => pulled(node, fixture.images["hello:v1"].reference)));
  });

  it("runs a container of the local registry on each node and answers on its published port", async () => {
    for (const node of fixture.nodes) {
      const port = await freePort();
      const portmappings = [{ host_ip: "127.0.0.1", host_port: port, container_port: 8080 }];
      await created(node, { name: "web", image: fixture.images["hello:v1"].reference, portmappings });
      await started(node, "web");
      const text = await eventually(async () => (await fetch(`http://127.0.0.1:${port}/`)).text(), {
        what: "an answer",
      });
      assert.equal(text, "hello v1\n");
      const before = performance.now();
      await podmanRest(node.socketPath, "POST", "/containers/web/stop?timeout=5");
      assert.ok(performance.now() - before < 4_000, "SIGTERM ended it before the timeout");
    }
  });

  it("keeps the nodes apart: neither sees the other's containers", async () => {
    const [first, second] = fixture.nodes as [PodmanNode, PodmanNode];
    await created(first, { name: "only-here", image: fixture.images["hello:v1"].reference });
    assert.match(await first.podman("ps", "--all", "--format", "{{.Names}}"), /only-here/);
    assert.doesNotMatch(await second.podman("ps", "--all", "--format", "{{.Names}}"), /only-here/);
  });

  it("resolves names and aliases between containers of one user network", async () => {
    const [node] = fixture.nodes as [PodmanNode];
    const image = fixture.images["hello:v1"].reference;
    const network = await podmanRest(node.socketPath, "POST", "/networks/create", { name: "inner", dns_enabled: true });
    assert.equal(network.status, 200, JSON.stringify(network.body));
    const netns = { nsmode: "bridge" };
    await created(node, { name: "api", image, netns, networks: { inner: { aliases: ["backend"] } } });
    await created(node, { name: "client", image, netns, networks: { inner: {} } });
    await started(node, "api");
    await started(node, "client");
    for (const name of ["api", "backend"]) {
      const wget = () => node.podman("exec", "client", "wget", "-qO-", `http://${name}:8080/`);
      assert.equal(await eventually(wget, { what: `http://${name}` }), "hello v1\n");
    }
  });

  it("streams events of what happens to containers", async (t) => {
    const [, node] = fixture.nodes as [PodmanNode, PodmanNode];
    const image = fixture.images["crasher:v1"].reference;
    const abort = new AbortController();
    t.after(() => abort.abort());
    const seen: unknown[] = [];
    await pulled(node, image);
    await podmanStream(node.socketPath, "/events?stream=true", abort.signal, (line) => seen.push(line));
    await created(node, { name: "falls", image });
    await started(node, "falls");
    await eventually(() => /"died"/.test(JSON.stringify(seen)), { what: "the died event" });
    assert.match(JSON.stringify(seen), /"containerExitCode":"3"/);
    assert.match(await node.podman("logs", "falls"), /crasher: starting/);
  });

  it("can make podman accept and never answer, and wake it again", async () => {
    const [node] = fixture.nodes as [PodmanNode];
    node.signalService("SIGSTOP");
    // A process on another core goes on for a moment after the signal was sent.
    const unanswered = await eventually(
      async () => {
        const answer = podmanRest(node.socketPath, "GET", "/_ping");
        const late = new Promise((resolve) => setTimeout(resolve, 300, "late"));
        const first = await Promise.race([answer.then(() => "answered"), late]);
        return first === "late" ? { answer } : undefined;
      },
      { what: "podman falls silent", timeoutMs: 5_000 },
    );
    node.signalService("SIGCONT");
    assert.equal((await unanswered?.answer)?.status, 200);
  });
});

describe("the test bus", { skip: skipped.includes("nats") && "MCP_TEST_SKIP names nats" }, () => {
  for (const version of ["newest", "2.10"] as const) {
    it(`keeps port and store over kill -9 and restart (${version})`, async (t) => {
      const server = await startNatsServer(t, { version });
      const first = server.pid;
      await server.kill9();
      await server.restart();
      assert.notEqual(server.pid, first);
      assert.match(server.output(), version === "2.10" ? /Version:\s+2\.10\./ : /Version:\s+2\./);
      assert.match(server.output(), new RegExp(`127.0.0.1:${server.port}`));
    });
  }
});
