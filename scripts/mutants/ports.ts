/** Faults in the exchange of host ports, for `npm run mutate`. */
import type { MutantList } from "./mutant.ts";

export const PORTS: MutantList = {
  area: "ports",
  tests: [
    "test/unit/agent/reconcile/port-moves.test.ts",
    "test/unit/agent/behavior/exchanged-ports.test.ts",
    "test/unit/agent/behavior/handed-on-ports.test.ts",
  ],
  mutants: [
    {
      name: "a newer state does not end an exchange",
      file: "src/agent/reconcile/execute/exchange.ts",
      find: "await bringUp(members, newer);",
      replace: "await bringUp(members, new AbortController().signal);",
    },
    {
      name: "a container that an interrupted start left is used",
      file: "src/agent/reconcile/execute/exchange.ts",
      find: 'if (candidate?.state === "running") return candidate;',
      replace: "if (candidate !== undefined) return candidate;",
      tests: ["test/unit/agent/behavior/killed.test.ts"],
      survives:
        "the twin starts every container again; podman may refuse one whose start was interrupted (test/fault/exchanged-ports.test.ts)",
    },
    {
      name: "the new containers of a failed exchange stay",
      file: "src/agent/reconcile/execute/exchange.ts",
      find: "await discard(context, action, candidate.id);",
      replace: "await Promise.resolve();",
    },
    {
      name: "a failed exchange blames every component",
      file: "src/agent/reconcile/execute/exchange.ts",
      find: "member !== error.member || !error.isVerdict",
      replace: "!error.isVerdict",
    },
    {
      name: "the others wait for a component that cannot be prepared",
      file: "src/agent/reconcile/execute/exchange.ts",
      find: "    context.callOff(action.exchange);\n",
      replace: "",
    },
    {
      name: "exchanged containers get no names",
      file: "src/agent/reconcile/execute/exchange.ts",
      find: "context.giveNames(candidate.id, action.spec),",
      replace: "Promise.resolve(),",
      survives:
        "one with host ports never runs side by side with its old container, so it has its names from the start; this says so again",
    },
    {
      name: "an exchange starts dependencies last",
      file: "src/agent/reconcile/execute/exchange.ts",
      find: ".toSorted((a, b) => a - b)",
      replace: ".toSorted((a, b) => b - a)",
    },
    {
      name: "the others come up although one has failed",
      file: "src/agent/reconcile/execute/exchange.ts",
      find: "onError: () => failed.abort()",
      replace: "onError: () => undefined",
    },
    {
      name: "an exchange continues although the runtime does not answer",
      file: "src/agent/reconcile/execute/exchange.ts",
      find: "if (agentStops || (!isAbout && !isOvertaken)) throw cause;",
      replace: "if (agentStops) throw cause;",
      tests: [
        "test/unit/agent/behavior/unanswered.test.ts",
        "test/unit/agent/behavior/faults.test.ts",
        "test/unit/agent/behavior/killed.test.ts",
      ],
      survives:
        "in both cases the next passes repeat the exchange; only whether the old containers run in between differs",
    },
    {
      name: "the other services are not woken",
      file: "src/agent/reconcile/execute/meetings.ts",
      find: "if (service !== member.context.service) wake(service);",
      replace: "",
    },
    {
      name: "a component waits without end for the others",
      file: "src/agent/reconcile/execute/meetings.ts",
      find: "clock.sleep(PATIENCE_MS, over.signal)",
      replace: "clock.sleep(1e9, over.signal)",
    },
    {
      name: "a component that has left still counts",
      file: "src/agent/reconcile/execute/meetings.ts",
      find: "    meeting.members.delete(member);\n",
      replace: "",
      survives:
        "one that has left has ended, so the exchange ends before it stops anything, and the next pass begins another",
    },
    {
      name: "an exchange does not begin when all have come",
      file: "src/agent/reconcile/execute/meetings.ts",
      find: "if (meeting.members.size === parties.length) {",
      replace: "if (false) {",
    },
    {
      name: "ports move in a circle that one of them does not leave",
      file: "src/agent/reconcile/plan/port-moves.ts",
      find: "circle.length > 1 && handovers.every((h) => !circle.includes(h.from) || yields(h))",
      replace: "circle.length > 1",
    },
    {
      name: "an exchange does not go with what depends on it",
      file: "src/agent/reconcile/plan/port-moves.ts",
      find: ".map(({ from }) => from), ...dependencies]",
      replace: ".map(({ from }) => from)]",
    },
    {
      name: "ports of other addresses or protocols clash",
      file: "src/agent/reconcile/plan/port-moves.ts",
      find: ".filter(({ holds }) => holds.some((held) => portsClash(held, port)))",
      replace: "",
    },
    {
      name: "a component does not wait for the one that frees its port",
      file: "src/agent/reconcile/plan/port-moves.ts",
      find: "after: own.filter(yields).map(({ from }) => from.component),",
      replace: "after: [],",
    },
    {
      name: "a port that another component keeps is no obstacle",
      file: "src/agent/reconcile/plan/port-moves.ts",
      find: "return from.isDesired && !yields(handover);",
      replace: "return false;",
    },
    {
      name: "a port of another service is no obstacle",
      file: "src/agent/reconcile/plan/port-moves.ts",
      find: "if (from.service !== to.service || to.service !== service) return true;",
      replace: "if (from.service !== to.service || to.service !== service) return false;",
    },
  ],
};
