/**
 * The agent of today starts over the store, the accepted files and the containers that an earlier release left, and finds
 * nothing to do. Podman is replayed below the client that really speaks to it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { Podman } from "../../../src/agent/runtime/podman/podman.ts";
import { machineBoot, recordBoot } from "../../../src/agent/state/identity.ts";
import { readAgentSettings } from "../../../src/agent/state/settings.ts";
import { openStore } from "../../../src/agent/store/open-store.ts";
import type { ServiceRow } from "../../../src/agent/store/store.ts";
import type { DesiredPresent } from "../../../src/schemas/service/desired.ts";
import type { ObservedService } from "../../../src/schemas/service/observed.ts";
import { documentHash } from "../../../src/schemas/service/spec-hash.ts";
import { observedCodec } from "../../../src/schemas/wire/codec.ts";
import { component, desired, memory, service } from "../../helpers/builders.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type RecordedAnswer, type RecordedSite, recordedSites } from "../../helpers/recorded-releases.ts";
import { type ReplayedPodman, replayPodman } from "../../helpers/replayed-podman.ts";
import { MemoryBus } from "../../twin/memory-bus.ts";
import { simulatedAgent } from "../../twin/simulated-agent.ts";

/** Often enough that a test sees several. */
const SWEEP_MS = 100;

interface Left {
  readonly site: RecordedSite;
  readonly node: string;
  readonly answers?: readonly RecordedAnswer[];
  /** The machine was restarted since. */
  readonly rebooted?: boolean;
  /** A stopped service that the node accepted since. */
  readonly more?: DesiredPresent;
}

interface Run {
  readonly podman: ReplayedPodman;
  readonly bus: MemoryBus;
  readonly before: readonly ServiceRow[];
  readonly after: readonly ServiceRow[];
}

/** Starts an agent over what was left, lets it sweep a few times, and stops it. */
async function restarted(t: TestContext, left: Left): Promise<Run> {
  const { site, node, answers = site.answers(node) } = left;
  const dir = await site.copy(t, `nodes/${node}`);
  const podman = await replayPodman(t, answers);
  const settings = await readAgentSettings(join(dir, "agent.toml"), { HOME: dir });
  const onRebuilt = (why: unknown) => assert.fail(`the store had to be rebuilt: ${JSON.stringify(why)}`);
  const store = await openStore(join(dir, "store", "mcp.db"), { onRebuilt });
  t.after(() => store.close());
  const runtime = new Podman({ socketPath: podman.socketPath });
  t.after(() => runtime.close());
  const boot = await machineBoot(store);
  assert.ok(boot.recorded);
  if (left.rebooted !== true) await recordBoot(store, boot.now);
  if (left.more !== undefined) {
    const { generation } = left.more;
    await store.accept(
      left.more,
      { generation, hash: documentHash(left.more) },
      memory({ settledGeneration: generation }),
      [],
    );
  }
  const before = await store.services();
  const bus = busOf(site);
  const { trust, alerts } = settings;
  const own = { node, bus: bus.nodeBus(node), store, runtime, trust, alerts, sweepMs: SWEEP_MS };
  const agent = await simulatedAgent({ ...own, acceptIdentity: true }); // this machine is another one than recorded it
  t.after(() => agent.stop());
  await agent.ready;
  await swept(podman);
  await agent.stop();
  assert.deepEqual(agent.fatal, []);
  return { podman, bus, before, after: await store.services() };
}

/** It has swept a few times. */
async function swept({ asked }: ReplayedPodman): Promise<void> {
  const sweeps = () => asked.filter((line) => line === 'GET /containers/json {"label":[]}').length;
  const enough = sweeps() + 4;
  await eventually(() => sweeps() >= enough, { what: "the agent sweeps" });
}

/** The bus with what it held last. */
function busOf(site: RecordedSite): MemoryBus {
  const bus = new MemoryBus();
  for (const { subject, text } of site.messages("desired"))
    bus.desired.set(subject.split(".").slice(2).join("."), text);
  bus.revocations = site.messages("revocations").at(-1)?.text;
  return bus;
}

/** What the release's own agent said last, by service. */
function lastReports(site: RecordedSite, node: string): ObservedService[] {
  const reports = site.messages("observed").map(({ text }) => observedCodec.decode(Buffer.from(text)));
  return reports.filter((report) => report.node === node).sort((a, b) => (a.service < b.service ? -1 : 1));
}

/**
 * The facts that a restart may not change. Left out: health, because its checks start again, the words for people, and what
 * newer versions add or say in more detail about the same fact.
 */
function lastingFacts(report: ObservedService | undefined) {
  if (report === undefined) return undefined;
  const { service, accepted, appliedGeneration, failure } = report;
  return {
    service,
    accepted,
    appliedGeneration,
    failure,
    state: report.state,
    drift: report.drift.map(({ differences: _, ...drift }) => drift),
    blocked: report.blocked.map(({ component, reason }) => ({ component, reason })),
    components: report.components.map(({ health: _, step: __, ...component }) => component),
  };
}

/** A row of the store without the differences of open drift, which newer versions name field by field. */
const withoutDetail = (row: ServiceRow): unknown =>
  JSON.parse(JSON.stringify(row, (key, value) => (key === "differences" ? undefined : value)));

const NODES = recordedSites().flatMap((site) => site.nodes.map((node) => ({ site, node })));

describe("an agent that starts over what an earlier release left", { timeout: 60_000 }, () => {
  for (const { site, node } of NODES) {
    it(`${site.title}: ${node} changes nothing, and says the same as before`, async (t) => {
      const { podman, bus, before, after } = await restarted(t, { site, node });
      assert.deepEqual(podman.changes, []);
      assert.deepEqual(podman.unknown, []);
      assert.deepEqual(after.map(withoutDetail), before.map(withoutDetail));
      const kinds = bus.events.map(({ kind }) => kind);
      assert.deepEqual(new Set(kinds), new Set(["agent-started", "agent-stopped"]));
      const reports = lastReports(site, node);
      assert.ok(reports.length > 0);
      assert.deepEqual(
        reports.map(({ service }) => lastingFacts(bus.report(service))),
        reports.map(lastingFacts),
      );
      const isAnyRunning = reports.some(({ components }) => components.some(({ state }) => state === "running"));
      const hasLookedAtImages = podman.asked.some((line) => line.startsWith("GET /images/"));
      assert.equal(hasLookedAtImages, isAnyRunning);
    });

    it(`${site.title}: ${node} recreates nothing after a restart of its machine either`, async (t) => {
      const { podman, after } = await restarted(t, { site, node, rebooted: true });
      const made = podman.changes.filter((change) => !/\/(start|stop)$/.test(change));
      assert.deepEqual([made, podman.unknown], [[], []]);
      assert.deepEqual(
        after.map(({ ref }) => ref),
        lastReports(site, node).map(({ accepted }) => accepted),
      );
    });
  }

  it("finds no drift in containers with a component's own name on a network that another service uses too", async (t) => {
    const site = recordedSites().find(({ title }) => title.includes("trial"));
    assert.ok(site);
    const shop = site
      .messages("desired")
      .map(({ text }) => text)
      .find((text) => text.includes('"network":"shop"'));
    assert.ok(shop !== undefined, "the network is used");
    const components = [component({ network: "shop" })];
    const more = desired({ service: "crm", node: "rift", spec: service({ name: "crm", active: false, components }) });
    const { podman, bus } = await restarted(t, { site, node: "rift", more });
    assert.ok(bus.report("crm"), "it was accepted");
    assert.deepEqual(podman.changes, []);
    assert.deepEqual(bus.report("shop")?.drift, []);
  });

  it("would be seen to act: it replaces a container whose label says that it was made from something else", async (t) => {
    const [site] = recordedSites();
    assert.ok(site);
    const answers = site.answers("rift").map((answer) => ({
      ...answer,
      body: answer.body.replaceAll(/"mcp\.spec":"[0-9a-f]{4}/g, '"mcp.spec":"0000'),
    }));
    const { podman } = await restarted(t, { site, node: "rift", answers });
    assert.ok(podman.changes.includes("POST /containers/create"), podman.changes.join("\n"));
  });
});
