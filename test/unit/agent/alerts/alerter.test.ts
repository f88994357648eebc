/** The alerting loop over a real store: what it calls and when, across restarts, failures and a bus that is away. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { pino } from "pino";
import type { AlertCall } from "../../../../src/agent/alerts/alert-environment.ts";
import { Alerter, type AlertSettings } from "../../../../src/agent/alerts/alerter.ts";
import { keyOfDrift } from "../../../../src/agent/alerts/decide.ts";
import type { CommandEnd } from "../../../../src/agent/alerts/run-command.ts";
import { openLibsqlStore } from "../../../../src/agent/store/open-libsql-store.ts";
import type { Store } from "../../../../src/agent/store/store.ts";
import type { McpEvent } from "../../../../src/schemas/wire/event.ts";
import { alertEvent, driftClosed, driftOpened } from "../../../helpers/alert-events.ts";
import { failingStore } from "../../../helpers/failing-store.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";
import { FakeClock } from "../../../twin/fake-clock.ts";

const SETTINGS: AlertSettings = { command: ["/bin/notify"], forMs: 30_000, cooldownMs: 900_000 };
const DONE: CommandEnd = { exitCode: 0, stdout: "", stderr: "", tookMs: 1 };
const FAILED: CommandEnd = { exitCode: 3, stdout: "", stderr: "no route", tookMs: 1 };
const DRIFT_KEY = keyOfDrift({ service: "web", component: "api", drift: "not-running", container: "web-api" });

interface Life {
  readonly alerter: Alerter;
  stop(): Promise<void>;
}

class World {
  readonly clock = new FakeClock();
  readonly calls: string[] = [];
  readonly logged: string[] = [];
  /** How the next calls end; DONE when there is nothing. */
  readonly ends: (CommandEnd | Promise<CommandEnd>)[] = [];
  readonly open = new Set([DRIFT_KEY]);
  #sequence = 0;
  readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  start(own: Partial<AlertSettings> = {}, store = this.store): Life {
    const over = new AbortController();
    const write = (line: string) => {
      const { level, msg } = JSON.parse(line);
      this.logged.push(`${level} ${msg}`);
    };
    const ports = {
      settings: { ...SETTINGS, ...own },
      store,
      clock: this.clock,
      log: pino({ base: null }, { write }),
      call: async ({ alert, event }: AlertCall) => {
        this.calls.push(`${alert} ${event.message}`);
        return (await this.ends.shift()) ?? DONE;
      },
      openDrifts: async () => this.open,
    };
    const alerter = new Alerter(ports, over.signal);
    const stop = async () => {
      over.abort();
      await alerter.done;
    };
    return { alerter, stop };
  }

  /** Stores an event, and lets the alerter see it. */
  async happens({ alerter }: Life, event: McpEvent): Promise<void> {
    const { sequence: _, ...draft } = event;
    await this.store.append([
      { ...draft, id: `${event.id}-${++this.#sequence}`, at: new Date(this.clock.now()).toISOString() },
    ]);
    alerter.wake();
    await this.clock.settle();
  }
}

async function world(t: TestContext): Promise<World> {
  const { store } = openLibsqlStore(join(await tempDir(t), "mcp.db"), { nowMs: Date.now() });
  t.after(() => store.close());
  return new World(store);
}

const fight = (n: number, service = "web") => alertEvent("drift-fight", n, { message: `fight ${n}`, service });

describe("the alerter", () => {
  it("calls the command once a drift has lasted, and when it is over", async (t) => {
    const w = await world(t);
    const life = w.start();
    await w.happens(life, driftOpened(1));
    await w.clock.advance(29_000);
    assert.deepEqual(w.calls, []);
    await w.clock.advance(2_000);
    assert.deepEqual(w.calls, ["raised drift-opened 1"]);
    await w.happens(life, driftClosed(2));
    assert.deepEqual(w.calls, ["raised drift-opened 1", "resolved drift-closed 2"]);
    await w.clock.advance(3_600_000);
    assert.equal(w.calls.length, 2);
    await life.stop();
  });

  it("continues in the middle of `for` after a restart", async (t) => {
    const w = await world(t);
    const first = w.start();
    await w.happens(first, driftOpened(1));
    await w.clock.advance(20_000);
    await first.stop();
    const second = w.start();
    await w.clock.advance(9_000);
    assert.deepEqual(w.calls, []);
    await w.clock.advance(2_000);
    assert.deepEqual(w.calls, ["raised drift-opened 1"]);
    await second.stop();
  });

  it("keeps a cooldown over restarts", async (t) => {
    const w = await world(t);
    const first = w.start();
    await w.happens(first, fight(1));
    await first.stop();
    await w.clock.advance(600_000);
    const second = w.start();
    await w.happens(second, fight(2));
    assert.deepEqual(w.calls, ["raised fight 1"]);
    await w.clock.advance(301_000);
    await w.happens(second, fight(3));
    assert.deepEqual(w.calls, ["raised fight 1", "raised fight 3"]);
    await second.stop();
  });

  it("makes a call again that was cut short by the end of the agent", async (t) => {
    const w = await world(t);
    const first = w.start();
    let cut: (end: CommandEnd) => void = () => undefined;
    w.ends.push(new Promise((resolve) => (cut = resolve)));
    await w.happens(first, fight(1));
    const stopped = first.stop();
    cut({ trouble: "killed before it ended", stdout: "", stderr: "", tookMs: 1 });
    await stopped;
    const second = w.start();
    await w.clock.advance(60_000);
    assert.deepEqual(w.calls, ["raised fight 1", "raised fight 1"]);
    await second.stop();
  });

  it("tries a failing command again, five times in all, and says so once", async (t) => {
    const w = await world(t);
    const life = w.start();
    w.ends.push(...Array.from({ length: 7 }, () => FAILED));
    await w.happens(life, fight(1));
    await w.clock.advance(3_600_000);
    assert.deepEqual(
      w.calls,
      Array.from({ length: 5 }, () => "raised fight 1"),
    );
    assert.deepEqual(w.logged, [
      "40 the alert command fails: notify ended with exit code 3: no route",
      "50 dropped an alert after 5 failed attempts: fight 1",
    ]);
    await w.happens(life, fight(2));
    await w.clock.advance(60_000);
    assert.deepEqual(
      w.calls.slice(5),
      Array.from({ length: 3 }, () => "raised fight 2"),
    );
    assert.deepEqual(w.logged.slice(2), ["30 alert command called: fight 2", "30 the alert command works again"]);
    await life.stop();
  });

  it("counts tries over restarts, so that a command that kills its agent is stopped too", async (t) => {
    const w = await world(t);
    const killed = { trouble: "killed before it ended", stdout: "", stderr: "", tookMs: 1 };
    for (let life = 0; life < 8; life++) {
      const one = w.start();
      let cut: (end: CommandEnd) => void = () => undefined;
      w.ends.push(new Promise((resolve) => (cut = resolve)));
      if (life === 0) await w.happens(one, fight(1));
      await w.clock.advance(600_000);
      const stopped = one.stop();
      cut(killed);
      await stopped;
      w.ends.length = 0;
    }
    assert.equal(w.calls.length, 5);
  });

  it("tells others while one alert waits for its next try", async (t) => {
    const w = await world(t);
    const life = w.start();
    w.ends.push(FAILED);
    await w.happens(life, fight(1));
    await w.happens(life, fight(2, "shop"));
    assert.deepEqual(w.calls, ["raised fight 1", "raised fight 2"]);
    await w.clock.advance(6_000);
    assert.deepEqual(w.calls.slice(2), ["raised fight 1"]);
    await life.stop();
  });

  it("resolves a drift whose end was never told", async (t) => {
    const w = await world(t);
    const life = w.start();
    await w.happens(life, driftOpened(1));
    await w.clock.advance(300_000);
    assert.deepEqual(w.calls, ["raised drift-opened 1"]);
    w.open.clear();
    await w.clock.advance(61_000);
    assert.deepEqual(w.calls.slice(1), ["resolved no longer not-running"]);
    await life.stop();
  });

  it("sees every event of a burst, delivered or not", async (t) => {
    const w = await world(t);
    const life = w.start({ cooldownMs: 0 });
    const events = Array.from({ length: 350 }, (_, i) => alertEvent("deploy-succeeded", i));
    await w.store.append(events.map(({ sequence: _, ...draft }) => draft));
    await w.happens(life, fight(1));
    for (let event = await w.store.nextUndelivered(); event; event = await w.store.nextUndelivered()) {
      await w.store.markDelivered(event.id);
    }
    await w.happens(life, fight(2));
    assert.deepEqual(w.calls, ["raised fight 1", "raised fight 2"]);
    await life.stop();
  });

  it("continues when the store could not be written for a while, and loses nothing", async (t) => {
    const w = await world(t);
    const failing = failingStore(w.store);
    failing.failAt(1, 3);
    const life = w.start({}, failing.store);
    await w.happens(life, fight(1));
    assert.deepEqual(w.calls, [], "what cannot be stored is not done");
    await w.clock.advance(20_000);
    assert.deepEqual(w.calls, ["raised fight 1"]);
    await life.stop();
  });

  it("without a command does nothing, and one that is set later does not begin with what is long past", async (t) => {
    const w = await world(t);
    const first = w.start();
    await w.happens(first, fight(1));
    await first.stop();
    const without = w.start({ command: [] });
    await without.alerter.done;
    await w.happens(without, fight(2, "shop"));
    await w.clock.advance(3_600_000);
    const again = w.start();
    await w.clock.advance(60_000);
    assert.deepEqual(w.calls, ["raised fight 1"]);
    await w.happens(again, fight(3));
    assert.deepEqual(w.calls, ["raised fight 1", "raised fight 3"]);
    await again.stop();
  });
});
