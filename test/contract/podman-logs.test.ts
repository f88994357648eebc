/**
 * Logs of real podman: partial records, records of several streams in one another, files far larger than what is asked for, and
 * readers that leave early. The log file is written here, in conmon's format, so that each record is exactly known.
 */
import assert from "node:assert/strict";
import { appendFile, writeFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { Podman } from "../../src/agent/runtime/podman/podman.ts";
import type { LogOptions, RuntimeLogLine } from "../../src/agent/runtime/runtime.ts";
import { componentSpec } from "../helpers/component-spec.ts";
import { eventually } from "../helpers/eventually.ts";
import { podmanSuite } from "../helpers/podman-suite.ts";
import { processesNaming, processorMs } from "../helpers/processes.ts";

const LIMIT_MS = 60_000;
const soon = () => AbortSignal.timeout(LIMIT_MS);
const BEGIN_MS = Date.parse("2026-01-01T00:00:00Z");
const MANY = 120_000;

/** One record of the file: when (ms after the begin), the stream, whether the line ends here, and what is written. */
type LogRecord = readonly [ms: number, stream: "stdout" | "stderr", kind: "P" | "F", text: string];

function fileText(records: readonly LogRecord[]): string {
  return records
    .map(([ms, stream, kind, text]) => {
      const at = new Date(BEGIN_MS + ms).toISOString().replace("Z", "000001+00:00");
      return `${at} ${stream} ${kind} ${text}\n`;
    })
    .join("");
}

/** Lines, in the order in which they end, as a plain reading of the records gives them. */
function linesOf(records: readonly LogRecord[]): string[] {
  const begun = { stdout: "", stderr: "" };
  const lines: string[] = [];
  for (const [, stream, kind, text] of records) {
    begun[stream] += text;
    if (kind === "P") continue;
    lines.push(`${stream}: ${begun[stream]}`);
    begun[stream] = "";
  }
  return lines;
}

const LONG = "0123456789".repeat(1_000);

/** Long lines, short partial ones, both streams in one another, and records of one line in different seconds. */
const TANGLED: readonly LogRecord[] = [
  [0, "stdout", "F", "first"],
  [0, "stdout", "P", "partial no newline"],
  [1_001, "stdout", "F", " continued"],
  [1_990, "stdout", "P", LONG.slice(0, 8_192)],
  [2_010, "stderr", "F", "an error in between"],
  [3_000, "stdout", "F", LONG.slice(8_192)],
  [3_100, "stderr", "P", "half an "],
  [5_200, "stdout", "F", "out"],
  [5_300, "stderr", "F", "error"],
  [5_400, "stdout", "F", ""],
  [5_500, "stdout", "F", "last"],
];

/** So many lines come before that podman is asked where the last ones are. */
const BURIED: readonly LogRecord[] = [
  ...Array.from({ length: 3_000 }, (_, i): LogRecord => [i - 3_000, "stdout", "F", `earlier ${i}`]),
  ...TANGLED,
];

describe("the log of a container", () => {
  const { node, image } = podmanSuite();
  const world: { podman?: Podman; id?: string; path?: string } = {};
  const podman = () => {
    assert.ok(world.podman);
    return world.podman;
  };

  before(async () => {
    world.podman = new Podman({ socketPath: node().socketPath });
    await podman().pull(image(), () => undefined, soon());
    const spec = componentSpec({ image: image(), cmd: ["true"] });
    world.id = await podman().create({ name: "logged", spec, aliases: [], labels: {} }, soon());
    await podman().start(world.id, soon());
    await eventually(async () => (await podman().inspect(world.id ?? "", soon()))?.state === "exited");
    world.path = (await node().podman("inspect", "-f", "{{.HostConfig.LogConfig.Path}}", "logged")).trim();
  });

  async function read(options: LogOptions, signal = soon()): Promise<RuntimeLogLine[]> {
    const lines: RuntimeLogLine[] = [];
    for await (const line of podman().logs(world.id ?? "", options, signal)) lines.push(line);
    return lines;
  }

  const texts = (lines: readonly RuntimeLogLine[]) => lines.map(({ stream, line }) => `${stream}: ${line}`);

  test("is read line by line, however the lines are cut into records, for every number of last lines", async () => {
    const count = linesOf(TANGLED).length;
    for (const [records, most] of [
      [TANGLED, count + 2],
      [BURIED, count],
    ] as const) {
      await writeFile(world.path ?? "", fileText(records));
      const all = linesOf(records);
      assert.deepEqual(texts(await read({ follow: false })), all);
      for (let tail = 0; tail <= most; tail++) {
        const expected = tail === 0 ? [] : all.slice(-tail);
        assert.deepEqual(texts(await read({ follow: false, tail })), expected, `the last ${tail}`);
        assert.deepEqual(texts(await read({ follow: true, tail })), expected, `the last ${tail}, followed to the end`);
      }
    }
  });

  test("counts a last line without an end as a line", async () => {
    await writeFile(world.path ?? "", fileText([...TANGLED, [6_000, "stdout", "P", "no end"]]));
    assert.deepEqual(texts(await read({ follow: false, tail: 2 })), ["stdout: last", "stdout: no end"]);
  });

  test("of the last lines gives only those since a time", async () => {
    await writeFile(world.path ?? "", fileText(TANGLED));
    const sinceMs = BEGIN_MS + 5_350;
    assert.deepEqual(texts(await read({ follow: false, tail: 4, sinceMs })), ["stdout: ", "stdout: last"]);
  });

  test("gives the last 10,000 of very many lines in a few seconds", async () => {
    const records = Array.from(
      { length: MANY },
      (_, i): LogRecord => [i, "stdout", "F", `line ${i} ${"x".repeat(60)}`],
    );
    await writeFile(world.path ?? "", fileText(records));
    const begunMs = performance.now();
    const lines = await read({ follow: false, tail: 10_000 });
    assert.ok(performance.now() - begunMs < 20_000, `it took ${performance.now() - begunMs} ms`);
    assert.deepEqual(texts(lines), linesOf(records.slice(-10_000)));
  });

  test("occupies podman no longer when its reader leaves", async () => {
    const service = () => processorMs(processesNaming(`unix://${node().socketPath}`));
    for (const options of [{ follow: false }, { follow: true }, { follow: false, tail: 100_000 }]) {
      await assert.rejects(read(options, AbortSignal.timeout(300)), { name: "TimeoutError" });
      const last = { usedMs: Number.NEGATIVE_INFINITY };
      const isIdle = () => {
        const before = last.usedMs;
        last.usedMs = service();
        return last.usedMs - before <= 50;
      };
      await eventually(isIdle, { what: "podman's service is idle", timeoutMs: 5_000, intervalMs: 500 });
    }
  });

  test("is followed while it grows, from the last lines on", async () => {
    await node().podman("run", "-d", "--log-driver", "k8s-file", "--name", "growing", image(), "sleep", "600");
    const id = (await node().podman("inspect", "-f", "{{.Id}}", "growing")).trim();
    const path = (await node().podman("inspect", "-f", "{{.HostConfig.LogConfig.Path}}", "growing")).trim();
    await writeFile(path, fileText(BURIED));
    const over = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { stream, line } of podman().logs(id, { follow: true, tail: 3 }, over.signal)) {
        seen.push(`${stream}: ${line}`);
      }
    })();
    reading.catch(() => undefined); // judged below
    await eventually(() => seen.length === 3);
    await appendFile(path, fileText([[9_000, "stderr", "P", "more "]]));
    await appendFile(
      path,
      fileText([
        [9_001, "stdout", "F", "and"],
        [9_002, "stderr", "F", "of it"],
      ]),
    );
    const expected = [...linesOf(TANGLED).slice(-3), "stdout: and", "stderr: more of it"];
    await eventually(() => seen.length === 5);
    assert.deepEqual(seen, expected);
    over.abort(new Error("enough"));
    await assert.rejects(reading, /enough/);
    await node().podman("rm", "-f", "-t", "0", "growing");
  });
});
