/**
 * Operators at several workstations change one service at once, in any order, their reads and writes interleaved.
 * Afterwards the bucket's history must show that nobody overwrote what his workstation had not seen, unless forced.
 */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { type DesiredService, isTombstone } from "../../../../src/schemas/service/desired.ts";
import type { ComponentSpec, ServiceSpec } from "../../../../src/schemas/service/spec.ts";
import { documentHash } from "../../../../src/schemas/service/spec-hash.ts";
import { CASES } from "../../../helpers/definitions.ts";
import { presenceOf } from "../../../helpers/fleet-builders.ts";
import { assertJson } from "../../../helpers/json-shape.ts";
import { type LocalWorkstation, localWorkstation } from "../../../helpers/local-workstation.ts";
import { TEST_NOW_MS } from "../../../helpers/run-cli.ts";
import { MemoryOperatorBus } from "../../../twin/memory-operator-bus.ts";

const AUTHORS = ["alice@laptop", "bob@desk", "carol@home"] as const;
const VERBS = ["deploy", "deploy", "component", "stop", "start", "undeploy"] as const;

interface Act {
  readonly author: (typeof AUTHORS)[number];
  readonly verb: (typeof VERBS)[number];
  readonly force: boolean;
  readonly versions: readonly [api: number, db: number];
}

const act: fc.Arbitrary<Act> = fc.record({
  author: fc.constantFrom(...AUTHORS),
  verb: fc.constantFrom(...VERBS),
  force: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
  versions: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
});

/** Acts of one batch happen at once. */
const course = fc.record({
  batches: fc.array(fc.array(act, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 7 }),
  pauses: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 40 }),
});

const toml = ([api, db]: Act["versions"]) =>
  `name = "web"\nnode = "rift"\n${[`api:v${api}`, `db:v${db}`]
    .map((image) => `[[components]]\nname = "${image.split(":")[0]}"\nimage = "registry.example.net/${image}"\n`)
    .join("")}`;

/** Every look and every write takes a while, so that others come between. */
function interleaved(pauses: readonly number[]): MemoryOperatorBus {
  const bus = new MemoryOperatorBus(() => TEST_NOW_MS);
  const clock = { next: 0 };
  const pause = async () => {
    for (let left = pauses[clock.next++ % pauses.length] ?? 0; left > 0; left--) await turn();
  };
  const list = bus.listDesired.bind(bus);
  const write = bus.writeDesired.bind(bus);
  bus.listDesired = async (filter) => {
    await pause();
    const found = await list(filter);
    await pause();
    return found;
  };
  bus.writeDesired = async (document, revision) => {
    await pause();
    return write(document, revision);
  };
  bus.putPresence(presenceOf("rift"), 1_000);
  return bus;
}

interface Done extends Act {
  /** The generation it found to be what it wanted. */
  readonly found: number | undefined;
}

async function perform(desk: LocalWorkstation, one: Act, index: number): Promise<Done> {
  const file = `${index}.toml`;
  await writeFile(join(desk.home, file), toml(one.versions));
  const forced = one.force && one.verb !== "stop" && one.verb !== "start" ? ["--force"] : [];
  const words = {
    deploy: ["deploy", "-f", file],
    component: ["deploy", "web/db", "-f", file],
    stop: ["stop", "web"],
    start: ["start", "web"],
    undeploy: ["undeploy", "web", "--yes"],
  }[one.verb];
  const argv = [...words, ...forced, "--no-wait", "--json", "-m", String(index)];
  const { code, stdout, stderr } = await desk.mcp(argv);
  assert.ok([0, 3, 4, 7, 9].includes(code), `${argv.join(" ")}: ${code}: ${stderr}`);
  if (stdout === "") return { ...one, found: undefined };
  const [result] = assertJson("change-output", stdout).results;
  return { ...one, found: result !== undefined && result.generation === result.before ? result.generation : undefined };
}

const specOf = (document: DesiredService | undefined): ServiceSpec | undefined =>
  document === undefined || isTombstone(document) ? undefined : document.spec;
const others = (spec: ServiceSpec | undefined): readonly ComponentSpec[] =>
  spec?.components.filter(({ name }) => name !== "db") ?? [];

/** What each author's workstation may know, derived from the history alone. */
function judge(history: readonly DesiredService[], done: readonly Done[]): void {
  const known = new Set<string>();
  const key = (author: string, document: DesiredService) => `${author} ${documentHash(document)}`;
  for (const one of done.filter(({ verb, found }) => verb === "deploy" && found !== undefined)) {
    const found = history.find(({ generation }) => generation === one.found);
    if (found !== undefined) known.add(key(one.author, found));
  }
  for (const [index, document] of history.entries()) {
    const before = history[index - 1];
    const cause = done[Number(document.message)];
    assert.ok(cause !== undefined && cause.author === document.author);
    const wasKnown = before === undefined || known.has(key(document.author, before));
    assert.equal(document.generation, (before?.generation ?? 0) + 1);
    assert.equal(document.base?.hash, before && documentHash(before), "written upon what was there");
    if (cause.verb === "deploy" || cause.verb === "component") {
      assert.ok(
        wasKnown || cause.force,
        `generation ${document.generation} overwrote what ${document.author} had not seen`,
      );
    }
    if (cause.verb === "component" && specOf(before) !== undefined) {
      assert.deepEqual(others(specOf(document)), others(specOf(before)));
    }
    if (cause.verb === "stop" || cause.verb === "start") {
      assert.deepEqual(specOf(document), { ...specOf(before), active: cause.verb === "start" });
    }
    if (cause.verb === "undeploy") assert.deepEqual("retired" in document && document.retired, specOf(before));
    if (wasKnown || cause.verb === "deploy" || specOf(before) === undefined) known.add(key(document.author, document));
  }
}

it("no write is lost unless its successor's author saw it or used --force", async (t) => {
  await fc.assert(
    fc.asyncProperty(course, async ({ batches, pauses }) => {
      const bus = interleaved(pauses);
      const desks = new Map<string, LocalWorkstation>();
      for (const author of AUTHORS) desks.set(author, await localWorkstation(t, bus, author));
      const done: Done[] = [];
      for (const batch of batches) {
        const first = done.length;
        const acts = batch.map((one, index) => {
          const desk = desks.get(one.author);
          assert.ok(desk);
          return perform(desk, one, first + index);
        });
        done.push(...(await Promise.all(acts)));
      }
      judge(
        (await bus.historyOf("rift", "web")).map(({ document }) => document),
        done,
      );
    }),
    { numRuns: Math.ceil(CASES / 10) },
  );
});
