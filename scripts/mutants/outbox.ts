/** Faults in outbox, for `npm run mutate`. */
import type { MutantList } from "./mutant.ts";

export const OUTBOX: MutantList = {
  area: "outbox",
  tests: [
    "test/integration/agent-bus.test.ts",
    "test/unit/agent/behavior/faults.test.ts",
    "test/integration/bus-node.test.ts",
  ],
  mutants: [
    {
      name: "an event is marked before it is stored",
      file: "src/agent/reporting/outbox.ts",
      find: "      await bus.publishEvent(event);\n      await store.markDelivered(event.id);",
      replace: "      await store.markDelivered(event.id);\n      await bus.publishEvent(event);",
    },
    {
      name: "an event is published twice",
      file: "src/agent/reporting/outbox.ts",
      find: "      await bus.publishEvent(event);\n",
      replace:
        "      await bus.publishEvent(event);\n      await bus.publishEvent({ ...event, id: `${event.id}-` });\n",
    },
    {
      name: "a failed delivery is not repeated",
      file: "src/agent/reporting/outbox.ts",
      find: "        this.#again = true;\n        await",
      replace: "        await",
    },
    {
      name: "a wake-up during a delivery is lost",
      file: "src/agent/reporting/outbox.ts",
      find: "    this.#again = true;\n    if (this.#running",
      replace: "    if (this.#running",
    },
    {
      name: "events are delivered without a connection",
      file: "src/agent/reporting/outbox.ts",
      find: "&& bus.isConnected()",
      replace: "",
      survives: "publishing without a connection fails at once, so only the wait before the next try differs",
    },
    {
      name: "retries never slow down",
      file: "src/agent/reporting/outbox.ts",
      find: "        this.#failures += 1;\n",
      replace: "",
      tests: ["test/unit/agent/outbox.test.ts"],
    },
    {
      name: "the delay stays long after a success",
      file: "src/agent/reporting/outbox.ts",
      find: "      this.#failures = 0;\n",
      replace: "",
      tests: ["test/unit/agent/outbox.test.ts"],
    },
    {
      name: "flush waits for ever",
      file: "src/agent/reporting/outbox.ts",
      find: "await Promise.race([drained, this.#pause(timeoutMs, late.signal)]);",
      replace: "await drained;",
      tests: ["test/unit/agent/outbox.test.ts"],
    },
    {
      name: "flush does not wait",
      file: "src/agent/reporting/outbox.ts",
      find: "const drained = new Promise<void>((resolve) => this.#waiting.add(resolve));",
      replace: "const drained = Promise.resolve();",
      tests: ["test/unit/agent/outbox.test.ts"],
    },
    {
      name: "the delay has no limit",
      file: "src/agent/reporting/outbox.ts",
      find: "Math.min(this.#failures, MAX_BACKOFF_STEPS)",
      replace: "this.#failures",
      tests: ["test/unit/agent/outbox.test.ts"],
    },
  ],
};
