/** What alerts come to, step by step: each case is a list of moments (seconds) with what happens, and what is told then. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type AlertState, initialState } from "../../../../src/agent/alerts/alert-state.ts";
import { afterEvent, afterTime, closeUnconfirmed, keyOfDrift, nextDueMs } from "../../../../src/agent/alerts/decide.ts";
import { MAX_NOTICES } from "../../../../src/agent/alerts/notices.ts";
import type { EventKind, McpEvent } from "../../../../src/schemas/wire/event.ts";
import { alertEvent, driftClosed, driftOpened } from "../../../helpers/alert-events.ts";
import { NOW_MS } from "../../../helpers/builders.ts";

const RULES = { forMs: 30_000, cooldownMs: 900_000 };

/** At so many seconds, these events arrive (none: only time passes); these are told: `raised e1`. */
type Step = readonly [second: number, events: readonly McpEvent[], told: readonly string[]];

interface Case {
  readonly title: string;
  readonly rules?: typeof RULES;
  readonly steps: readonly Step[];
}

const at = (second: number) => ({ atMs: NOW_MS + second * 1_000 });

const MOMENTS = [
  "deploy-failed",
  "drift-fight",
  "flapping",
  "runtime-hung",
  "runtime-unreachable",
  "runtime-empty",
  "store-rebuilt",
  "desired-regressed",
  "desired-refused",
  "events-dropped",
] as const satisfies readonly EventKind[];

const NO_ALERTS = [
  "agent-started",
  "agent-stopped",
  "desired-accepted",
  "deploy-succeeded",
  "service-restarted",
  "sweep-found",
  "operator-wrote",
  "node-removed",
  "operator-removed",
] as const satisfies readonly EventKind[];

const cases: Case[] = [
  {
    title: "raises a drift once it has lasted `for`, and once only",
    steps: [
      [0, [driftOpened(1)], []],
      [29, [], []],
      [30, [], ["raised e1"]],
      [31, [], []],
      [5_000, [], []],
    ],
  },
  {
    title: "says nothing of a drift that closes within `for`",
    steps: [
      [0, [driftOpened(1)], []],
      [29, [driftClosed(2)], []],
      [60, [], []],
    ],
  },
  {
    title: "counts `for` from the event, not from when it is read",
    steps: [[40, [driftOpened(1, at(10))], ["raised e1"]]],
  },
  {
    title: "does not wait longer than `for` when the event lies in the future",
    steps: [
      [0, [driftOpened(1, at(9_999))], []],
      [30, [], ["raised e1"]],
    ],
  },
  {
    title: "resolves what was raised when it closes",
    steps: [
      [0, [driftOpened(1)], []],
      [30, [], ["raised e1"]],
      [40, [driftClosed(2)], ["resolved e2 of e1"]],
      [41, [driftClosed(3)], []],
    ],
  },
  {
    title: "does not raise the same subject again within the cooldown, but at its end if it is open then",
    steps: [
      [0, [driftOpened(1)], []],
      [30, [], ["raised e1"]],
      [40, [driftClosed(2)], ["resolved e2 of e1"]],
      [50, [driftOpened(3, at(50))], []],
      [929, [], []],
      [930, [], ["raised e3"]],
    ],
  },
  {
    title: "says nothing of what opened and closed within the cooldown",
    steps: [
      [0, [driftOpened(1)], []],
      [30, [driftClosed(2)], []],
      [31, [driftOpened(3, at(31))], []],
      [61, [], ["raised e3"]],
      [62, [driftClosed(4), driftOpened(5, at(62))], ["resolved e4 of e3"]],
      [500, [driftClosed(6)], []],
      [2_000, [], []],
    ],
  },
  {
    title: "counts cooldowns by component and kind of drift",
    steps: [
      [0, [driftOpened(1), driftOpened(2, { drift: "unhealthy" })], []],
      [30, [], ["raised e1", "raised e2"]],
    ],
  },
  {
    title: "tells two containers of one subject apart when they close",
    steps: [
      [
        0,
        [driftOpened(1, { drift: "conflict", container: "a" }), driftOpened(2, { drift: "conflict", container: "b" })],
        [],
      ],
      [30, [], ["raised e1"]],
      [40, [driftClosed(3, { drift: "conflict", container: "b" })], []],
      [50, [driftClosed(4, { drift: "conflict", container: "a" })], ["resolved e4 of e1"]],
    ],
  },
  {
    title: "raises at once with `for` 0 and again at once with cooldown 0",
    rules: { forMs: 0, cooldownMs: 0 },
    steps: [
      [0, [driftOpened(1)], ["raised e1"]],
      [1, [driftClosed(2)], ["resolved e2 of e1"]],
      [2, [driftOpened(3, at(2))], ["raised e3"]],
    ],
  },
  {
    title: "does not repeat a moment within the cooldown, and does after it",
    steps: [
      [0, [alertEvent("deploy-failed", 1)], ["raised e1"]],
      [899, [alertEvent("deploy-failed", 2, at(899))], []],
      [900, [alertEvent("deploy-failed", 3, at(900))], ["raised e3"]],
    ],
  },
  {
    title: "resolves a runtime that does not answer when it answers again",
    steps: [
      [0, [alertEvent("runtime-hung", 1)], ["raised e1"]],
      [5, [alertEvent("runtime-recovered", 2)], ["resolved e2 of e1"]],
    ],
  },
  {
    title: "raises a runtime that does not answer again in the cooldown at its end, while it lasts",
    steps: [
      [0, [alertEvent("runtime-hung", 1)], ["raised e1"]],
      [5, [alertEvent("runtime-recovered", 2)], ["resolved e2 of e1"]],
      [10, [alertEvent("runtime-hung", 3)], []],
      [900, [], ["raised e3"]],
    ],
  },
  {
    title: "ends a hung runtime that is not told again after the agent was started anew",
    steps: [
      [0, [alertEvent("runtime-hung", 1)], ["raised e1"]],
      [100, [alertEvent("agent-started", 2)], []],
      [159, [], []],
      [160, [], ["resolved e1-end of e1"]],
    ],
  },
  {
    title: "keeps a hung runtime open that is told again after the agent was started anew",
    steps: [
      [0, [alertEvent("runtime-hung", 1)], ["raised e1"]],
      [100, [alertEvent("agent-started", 2)], []],
      [110, [alertEvent("runtime-hung", 3)], []],
      [800, [], []],
      [810, [alertEvent("runtime-recovered", 4)], ["resolved e4 of e1"]],
    ],
  },
  {
    title: "takes no event twice",
    steps: [
      [0, [alertEvent("drift-fight", 5)], ["raised e5"]],
      [1_000, [alertEvent("drift-fight", 5), alertEvent("drift-fight", 4)], []],
    ],
  },
  {
    title: "does not tell of moments before alerting began",
    steps: [[0, [alertEvent("deploy-failed", 1, at(-3_600)), alertEvent("store-rebuilt", 2, at(-3))], ["raised e2"]]],
  },
  {
    title: "raises a drift that was open before alerting began, and not one that has closed since",
    steps: [
      [
        0,
        [driftOpened(1, at(-3_600)), driftClosed(2, at(-3_500)), driftOpened(3, { ...at(-60), drift: "missing" })],
        ["raised e3"],
      ],
    ],
  },
  ...MOMENTS.map((kind) => ({
    title: `raises ${kind} at once`,
    steps: [[0, [alertEvent(kind, 1)], ["raised e1"]]] as const,
  })),
  ...NO_ALERTS.map((kind) => ({
    title: `says nothing of ${kind}`,
    steps: [
      [0, [alertEvent(kind, 1)], []],
      [999, [], []],
    ] as const,
  })),
];

function play(state: AlertState, [second, events]: Step, rules: typeof RULES): AlertState {
  const now = { nowMs: NOW_MS + second * 1_000, rules };
  return afterTime(
    events.reduce((next, event) => afterEvent(next, event, now), state),
    now,
  );
}

const toldOf = ({ notices }: AlertState) =>
  notices.map(({ alert, event, resolves }) => `${alert} ${event.id}${resolves === undefined ? "" : ` of ${resolves}`}`);

describe("alerts", () => {
  for (const { title, steps, rules = RULES } of cases) {
    it(title, () => {
      let state = initialState(NOW_MS);
      for (const step of steps) {
        // Through JSON each time, as over a restart of the agent.
        state = JSON.parse(JSON.stringify(play({ ...state, notices: [] }, step, rules)));
        assert.deepEqual(toldOf(state), step[2], `at ${step[0]} s`);
      }
    });
  }

  it("end a drift that is not open any more although nothing said so, after a while", () => {
    const raised = play(play(initialState(NOW_MS), [0, [driftOpened(1)], []], RULES), [30, [], []], RULES);
    const key = keyOfDrift({ service: "web", component: "api", drift: "not-running", container: "web-api" });
    const look = (second: number, open: string[]) =>
      toldOf(closeUnconfirmed(raised, (one) => open.includes(one), NOW_MS + second * 1_000));
    assert.deepEqual(look(59, []), ["raised e1"], "it may have been stored this very moment");
    assert.deepEqual(look(100, [key]), ["raised e1"]);
    assert.deepEqual(look(100, []), ["raised e1", "resolved e1-end of e1"]);
  });

  it("hold nothing back longer than their rules allow when the clock was set back", () => {
    const day = 86_400;
    const open = play(
      initialState(NOW_MS),
      [day, [alertEvent("flapping", 1, at(day)), driftOpened(2, at(day))], []],
      RULES,
    );
    const back = play({ ...open, notices: [] }, [0, [], []], RULES);
    assert.deepEqual(toldOf(play(back, [30, [], []], RULES)), ["raised e2"]);
    const later = play(back, [901, [alertEvent("flapping", 3, at(901))], []], RULES);
    assert.deepEqual(toldOf(later), ["raised e3", "raised e2"]);
  });

  it("say when time alone will change something", () => {
    const open = play(initialState(NOW_MS), [0, [driftOpened(1)], []], RULES);
    assert.equal(nextDueMs(open), NOW_MS + 30_000);
    assert.equal(nextDueMs(play(open, [30, [], []], RULES)), undefined);
  });

  it("keep a bounded state: what has ended and cooled down leaves nothing, and the queue ends at its limit", () => {
    const events = Array.from({ length: 500 }, (_, i) => alertEvent("desired-refused", i + 1, { service: `s${i}` }));
    const many = play(initialState(NOW_MS), [0, events, []], RULES);
    assert.deepEqual([many.notices.length, many.notices.at(-1)?.event.id], [MAX_NOTICES, "e500"]);
    const later = play(many, [1_000, [], []], RULES);
    assert.deepEqual([later.quiet, later.open], [{}, {}]);
  });
});
