/** `mcp status` against `mcp ps` during a deploy on real podman: both show the same containers in the same states. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { suiteScope } from "../helpers/scope.ts";

/** Passes once the test has made the file. */
const GATE = 'health = { cmd = ["/bin/sh", "-c", "test -e /tmp/go"], interval = "1s", timeout = "1s", retries = 100 }';
/** Old and new cannot run side by side. */
const PORT = 'ports = ["127.0.0.1:28471:8080"]\nstop_timeout = "1s"';

interface Seen {
  readonly id: string | undefined;
  readonly image: string | undefined;
  readonly state: string;
  readonly health: string | undefined;
}

describe("a deploy that waits for its health check", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();

  before(async () => {
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"] }));
  });

  async function shown(): Promise<{ status: Seen | undefined; ps: Seen | undefined; step: string | undefined }> {
    const [status, ps] = await Promise.all([
      fleet.alice.json("status-output", "status", "web"),
      fleet.alice.json("ps-output", "ps", "web"),
    ]);
    const component = status.output.services[0]?.components[0];
    const running = ps.output.containers.find(({ state }) => state === "running");
    return {
      status: component && {
        id: component.containerId,
        image: component.image,
        state: component.state,
        health: component.health,
      },
      ps: running && { id: running.id, image: running.image, state: running.state, health: running.health },
      step: component?.step?.name,
    };
  }

  /** Until the version is the one that waits; then both must agree, in JSON and in text. */
  async function assertAgreement(image: string): Promise<string> {
    await eventually(async () => (await shown()).ps?.image === image, { what: `${image} runs`, timeoutMs: 60_000 });
    await eventually(async () => (await shown()).step === "wait", { what: "status shows the wait", timeoutMs: 10_000 });
    const { status, ps } = await shown();
    assert.deepEqual(status, ps);
    assert.deepEqual([ps?.state, ps?.health], ["running", "starting"]);
    const text = (await fleet.alice.mcp("status", "web")).stdout;
    assert.match(text, /^web@rift {2}progressing$/m);
    assert.match(text, /api: starting, waiting for its health check for \d/);
    const rows = (await fleet.alice.mcp("ps", "web")).stdout.split("\n");
    const row = new RegExp(`^rift +web +api +${image.split(":").at(-1)} +running .*starting$`);
    assert.equal(rows.filter((line) => row.test(line)).length, 1, rows.join("\n"));
    assert.doesNotMatch(rows.join("\n"), /exited .*healthy/, "what has ended is not healthy");
    return ps?.id ?? "";
  }

  async function assertConverged(id: string): Promise<void> {
    await fleet.rift.podman.podman("exec", id, "touch", "/tmp/go");
    await eventually(async () => (await fleet.alice.mcp("status", "web", "--check")).code === 0, {
      what: "the service has converged",
      timeoutMs: 60_000,
    });
    const { status, ps, step } = await shown();
    assert.deepEqual([status, step], [ps, undefined]);
    assert.deepEqual([ps?.id, ps?.health], [id, "healthy"]);
  }

  it("shows the container of a new service as starting, then as healthy", async () => {
    const { alice, images } = fleet;
    await alice.define("web", oneComponent("web", images["hello:v1"], `${PORT}\n${GATE}`));
    const { code, stderr } = await alice.mcp("deploy", "web", "--no-wait");
    assert.equal(code, 0, stderr);
    await assertConverged(await assertAgreement(images["hello:v1"]));
  });

  it("shows the new version, and not the stopped old one, while a replacement waits", async () => {
    const { alice, images } = fleet;
    await alice.define("web", oneComponent("web", images["hello:v2"], `${PORT}\n${GATE}`));
    const { code, stderr } = await alice.mcp("deploy", "web", "--no-wait");
    assert.equal(code, 0, stderr);
    await assertConverged(await assertAgreement(images["hello:v2"]));
  });
});
