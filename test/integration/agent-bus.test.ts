/** The real agent, over a pretended machine, on a real bus. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MemoryStore } from "../../src/agent/store/memory-store.ts";
import type { NodeBus } from "../../src/bus/ports/node-bus.ts";
import type { OperatorBus } from "../../src/bus/ports/operator-bus.ts";
import type { DesiredPresent } from "../../src/schemas/service/desired.ts";
import { documentHash } from "../../src/schemas/service/spec-hash.ts";
import { McpError } from "../../src/values/error.ts";
import { component, desired, service } from "../helpers/builders.ts";
import { eventually } from "../helpers/eventually.ts";
import type { Scope } from "../helpers/scope.ts";
import { assertOnceAndInOrder, storedEvents } from "../helpers/stored-events.ts";
import { FakeRuntime } from "../twin/fake-runtime.ts";
import { intercept } from "../twin/intercept.ts";
import { simulatedAgent } from "../twin/simulated-agent.ts";
import { nodeBus, operatorBus, provisionedServer, settingsFor } from "./bus-fixtures.ts";

/** An agent of this node that stops with the test. */
async function agentOn(
  scope: Scope,
  server: Parameters<typeof nodeBus>[1],
  node: string,
  between: (bus: NodeBus) => NodeBus = (bus) => bus,
) {
  const runtime = new FakeRuntime();
  runtime.provide("example.net/web:v1");
  runtime.provide("example.net/web:v2");
  const store = new MemoryStore();
  const bus = between(await nodeBus(scope, server, node));
  const agent = await simulatedAgent({ node, bus, runtime, store });
  scope.after(() => agent.stop());
  await agent.ready;
  return { runtime, store, agent };
}

async function write(operator: OperatorBus, node: string, version: string): Promise<DesiredPresent> {
  const before = await operator.readDesired(node, "web");
  const document = desired({
    node,
    generation: (before?.document.generation ?? 0) + 1,
    base: before ? { generation: before.document.generation, hash: documentHash(before.document) } : null,
    writeId: `${node}-${version}`,
    spec: service({ components: [component({ image: `example.net/web:${version}` })] }),
  });
  await operator.writeDesired(document, before?.revision ?? 0);
  return document;
}

const applied = (operator: OperatorBus, { node, generation }: DesiredPresent) =>
  eventually(
    async () => {
      const report = await operator.readObserved(node, "web");
      return report?.value.state === "converged" && report.value.appliedGeneration === generation;
    },
    { what: `${node} has applied generation ${generation}` },
  );

describe("an agent on a bus", () => {
  it("carries out what is written, reports it and tells it", async (t) => {
    const server = await provisionedServer(t);
    const operator = await operatorBus(t, server);
    const { runtime } = await agentOn(t, server, "rift");
    await applied(operator, await write(operator, "rift", "v1"));
    await applied(operator, await write(operator, "rift", "v2"));
    assert.equal(runtime.byName("web-api")?.image, "example.net/web:v2");
    const twice = ["desired-accepted", "deploy-succeeded"];
    const story = ["agent-started", ...twice, ...twice];
    // Events and reports go their own ways: the last event may come after the report.
    const stored = () => storedEvents(settingsFor(server));
    await eventually(async () => (await stored()).length >= story.length, { what: "all events are stored" });
    assert.deepEqual(
      (await stored()).map(({ kind }) => kind),
      story,
    );
  });

  it("keeps its containers right while the bus is gone, and tells it afterwards, once and in order", async (t) => {
    const server = await provisionedServer(t);
    const operator = await operatorBus(t, server);
    const { runtime } = await agentOn(t, server, "rift");
    await applied(operator, await write(operator, "rift", "v1"));
    await server.kill9();
    const gone = runtime.byName("web-api");
    assert.ok(gone);
    runtime.vanish(gone.id);
    await eventually(() => runtime.byName("web-api")?.state === "running");
    await server.restart();
    const stored = () => storedEvents(settingsFor(server));
    await eventually(async () => (await stored()).some((e) => e.kind === "drift-closed"), {
      timeoutMs: 60_000,
      what: "the events of that time are stored",
    });
    assertOnceAndInOrder(await stored(), "rift");
  });

  it("stores an event once when the bus's acknowledgements are lost", async (t) => {
    const server = await provisionedServer(t);
    const operator = await operatorBus(t, server);
    const lost = { count: 0 };
    const loseEverySecond = () => {
      if (++lost.count % 2 === 1) throw new McpError("E_BUS_UNREACHABLE", "the acknowledgement is lost");
    };
    await agentOn(t, server, "rift", (bus) =>
      intercept(bus, (method) => method === "publishEvent", { after: loseEverySecond }),
    );
    await applied(operator, await write(operator, "rift", "v1"));
    const stored = () => storedEvents(settingsFor(server));
    await eventually(async () => (await stored()).some((e) => e.kind === "deploy-succeeded"), {
      what: "the last event is stored",
    });
    assert.ok(lost.count >= 5, `${lost.count} events were published`);
    assertOnceAndInOrder(await stored(), "rift");
  });

  it("is one of many: a hundred in one process take over and apply their own", async (t) => {
    const server = await provisionedServer(t);
    const operator = await operatorBus(t, server);
    const nodes = Array.from({ length: 100 }, (_, index) => `node-${index}`);
    const fleet = await Promise.all(nodes.map((node) => agentOn(t, server, node)));
    const documents = await Promise.all(nodes.map((node) => write(operator, node, "v1")));
    await eventually(
      async () => {
        const reports = await operator.listObserved();
        return reports.filter(({ value }) => value.state === "converged").length === documents.length;
      },
      { timeoutMs: 60_000, what: "all have converged" },
    );
    for (const { runtime } of fleet) assert.equal(runtime.containers.size, 1);
  });
});
