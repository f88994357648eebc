/**
 * Kills an agent at every change that it asks of runtime, store and bus in the course of a story, before the change took
 * effect or after, and once more while the next agent recovers. The ports' verbs come from test/twin/verbs.ts.
 */
import assert from "node:assert/strict";
import { it } from "node:test";
import { messageOf } from "../../src/values/error.ts";
import { AgentWorld } from "../twin/agent-world.ts";
import { type Death, Life, type Verbs } from "../twin/mortal.ts";
import { BUS_VERBS, RUNTIME_VERBS, STORE_VERBS, verbsThat } from "../twin/verbs.ts";
import { NODE } from "./builders.ts";

export interface Story {
  /** What there is before; the agent that does it lives. */
  readonly before?: (world: AgentWorld) => Promise<void>;
  /** What happens to the machine between that agent and the first one that is killed. */
  readonly between?: (world: AgentWorld) => Promise<void>;
  /** What then happens, while the agent that will be killed runs. */
  readonly change: (world: AgentWorld) => void;
  /** True when it has been dealt with. */
  readonly isOver: (world: AgentWorld) => boolean;
  /** What holds whenever it is over. */
  readonly holds: (world: AgentWorld) => void;
  /** Holds at each death. */
  readonly always?: (world: AgentWorld) => void;
}

/** Of an agent whose first death is at change n, the second ones that are tried: every 29th, from another one for each n. */
const STRIDE = 29;

export class KillPoints {
  readonly #killed = new Map<string, number>();
  #doubles = 0;

  /** Kill points, each counted once; those of a second death are not among them. */
  get count(): number {
    return [...this.#killed.values()].reduce((sum, count) => sum + count, 0);
  }

  get text(): string {
    const verbs = [...this.#killed].map(([verb, count]) => `${verb} ${count}`);
    return `${this.count} kill points (${verbs.join(", ")}); ${this.#doubles} with a second death`;
  }

  /** A test of the story with a death at each change, and with a second one. */
  everywhere(title: string, story: Story): void {
    it(title, async () => {
      for (let change = 1; await this.#once(story, change); change++) await this.#twice(story, change);
    });
  }

  /** Verbs that change something, at which no agent was killed in any story. */
  missing(): string[] {
    const changing = [RUNTIME_VERBS, STORE_VERBS, BUS_VERBS].flatMap((verbs: Verbs) => verbsThat(verbs, "changes"));
    return changing.filter((verb) => !this.#killed.has(verb));
  }

  async #once(story: Story, change: number): Promise<boolean> {
    const [verb] = await run(story, [{ change, moment: "after" }]);
    if (verb === undefined) assert.ok(change > 8, `only ${change - 1} changes were made`);
    else this.#killed.set(verb, (this.#killed.get(verb) ?? 0) + 1);
    return verb !== undefined;
  }

  async #twice(story: Story, first: number): Promise<void> {
    const moments = ["before", "after"] as const;
    for (let second = 1 + (first % STRIDE); ; second += STRIDE) {
      const moment = moments[(first + second) % 2] ?? "after";
      const deaths = [
        { change: first, moment: "before" },
        { change: second, moment },
      ] as const;
      const [, verb] = await run(story, deaths);
      if (verb === undefined) return;
      this.#doubles += 1;
    }
  }
}

/** @returns the change at which each life ended that did not live to the end of the story */
async function run(story: Story, deaths: readonly Death[]): Promise<string[]> {
  try {
    return await tell(story, deaths);
  } catch (cause) {
    const when = deaths.map(({ change, moment }) => `${moment} change ${change}`).join(", then ");
    throw new Error(`killed ${when}: ${messageOf(cause)}`, { cause });
  }
}

async function tell(story: Story, deaths: readonly Death[]): Promise<string[]> {
  const world = await begin(story);
  const died: string[] = [];
  for (const death of [...deaths, undefined]) {
    const { life, end } = live(world, death);
    await world.clock.settle();
    if (death === deaths[0]) story.change(world);
    await world.clock.until(() => life.isDead || story.isOver(world));
    story.always?.(world);
    if (!life.isDead) {
      life.spare();
      break;
    }
    died.push(life.diedAt ?? "");
    end();
  }
  await world.clock.advance(90_000);
  story.holds(world);
  eventsOnce(world);
  await world.end();
  return died;
}

async function begin({ before, between }: Story): Promise<AgentWorld> {
  const world = new AgentWorld();
  world.runtime.provide("example.net/web:bad", { exitCode: 1 });
  const first = await world.start();
  await before?.(world);
  await world.stop(first);
  await between?.(world);
  return world;
}

function live(world: AgentWorld, death: Death | undefined) {
  const life = new Life(death);
  const started = world.start({
    bus: life.port(world.bus.nodeBus(NODE), BUS_VERBS),
    runtime: life.port(world.runtime, RUNTIME_VERBS),
    store: life.port(world.store, STORE_VERBS),
  });
  const end = () => {
    world.bus.disconnect(NODE); // its connection dies with it
    void started.then((agent) => agent.stop());
    world.agents.length = 0;
  };
  return { life, end };
}

/** The stream has each event once, in the order in which it was stored, without a gap. */
function eventsOnce(world: AgentWorld): void {
  const sequences = world.bus.events.map(({ sequence }) => sequence);
  const dense = sequences.map((_, index) => index + (sequences[0] ?? 0));
  assert.deepEqual(sequences, dense, "events once and in order");
  assert.equal(new Set(world.bus.events.map(({ id }) => id)).size, sequences.length);
}
