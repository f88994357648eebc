import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ExecutePorts, executeChanges, type PlannedChange } from "../../../../src/cli/change/execute-changes.ts";
import { makeChange } from "../../../../src/cli/change/make-change.ts";
import { exitOf } from "../../../../src/cli/change/print-change.ts";
import { readSnapshot } from "../../../../src/cli/change/read-snapshot.ts";
import { openSeenStates } from "../../../../src/cli/change/seen-states.ts";
import type { ChangeOutcome, ChangeResult } from "../../../../src/schemas/output/change-output.ts";
import { presenceOf, serviceSpec } from "../../../helpers/fleet-builders.ts";
import { TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import { bringOnline, succeeds } from "../../../helpers/scripted-node.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

async function setUp(own: Partial<ExecutePorts> = {}) {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  bus.putPresence(presenceOf("rift"), 1_000);
  const seen = openSeenStates({ HOME: "/dev/null" }, []);
  const said: string[] = [];
  const problems: string[] = [];
  const ports: ExecutePorts = {
    bus,
    seen,
    signal: new AbortController().signal,
    wait: true,
    timeoutMs: 60,
    patienceMs: 5,
    now: () => TEST_NOW_MS,
    onStep: () => undefined,
    onWaiting: (text) => said.push(text),
    onProblem: (text) => problems.push(text),
    ...own,
  };
  const one = await readSnapshot({ bus, seen }, { node: "rift", service: "web" });
  const wish = { spec: serviceSpec(), force: false, retry: false, checkSeen: true, whole: true };
  const words = { author: "alice@laptop", at: new Date(TEST_NOW_MS).toISOString(), writeId: "w1", command: "deploy" };
  const target: PlannedChange = { snapshot: one, change: makeChange(one, wish, { ...words, message: undefined }) };
  return { bus, ports, target, said, problems };
}

describe("carryOut", () => {
  it("says what it waits for when a node that is online does not accept", async () => {
    const { ports, target, said } = await setUp();
    await executeChanges(ports, [target]);
    assert.deepEqual(said, [
      "rift is online (last seen 1s ago) and has not accepted generation 1 yet; see `mcp status web@rift`",
    ]);
  });

  it("says so when the node has gone meanwhile", async () => {
    const { bus, ports, target, said } = await setUp();
    bus.afterWrite = () => bus.putPresence(presenceOf("rift", { leaving: true }), 2_000);
    await executeChanges(ports, [target]);
    assert.match(
      said[0] ?? "",
      /^the agent of rift was stopped \(last seen 2s ago\) and has not accepted generation 1/,
    );
  });

  it("stands although this workstation cannot remember it, and says what follows from that", async () => {
    const { bus, ports, target, problems } = await setUp({ timeoutMs: 5_000 });
    bringOnline(bus, { rift: succeeds });
    const [result] = await executeChanges(ports, [target]);
    assert.equal(result?.outcome, "converged");
    assert.match(
      problems[0] ?? "",
      /cannot record the seen state in .*; the next change of web from this workstation will be reported as a conflict/,
    );
  });
});

describe("exitOf", () => {
  const result = (outcome: ChangeOutcome, code?: string): ChangeResult => ({
    service: "web",
    node: "rift",
    generation: 2,
    before: 1,
    differences: [],
    outcome,
    message: "",
    ...(code === undefined ? {} : { error: { code, message: "", hint: "" } }),
  });
  const cases: [outcomes: ChangeResult[], code: number][] = [
    [[result("converged"), result("unchanged"), result("written")], 0],
    [[result("pending"), result("converged")], 7],
    [[result("failed")], 9],
    [[result("failed"), result("failed")], 9],
    [[result("failed"), result("converged")], 8],
    [[result("failed"), result("pending")], 8],
    [[result("superseded")], 4],
    [[result("unwritten", "E_BUS_UNREACHABLE"), result("unwritten", "E_BUS_UNREACHABLE")], 6],
    [[result("unwritten", "E_CONFLICT"), result("converged")], 8],
    [[result("unwritten", "E_FROM_THE_FUTURE")], 8],
  ];
  for (const [results, code] of cases) {
    const names = results.map(({ outcome, error }) => error?.code ?? outcome).join(", ");
    it(`is ${code} for ${names}`, () => assert.equal(exitOf(results), code));
  }
});
