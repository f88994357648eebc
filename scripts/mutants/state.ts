/** Faults in state, for `npm run mutate`. */
import type { MutantList } from "./mutant.ts";

export const STATE: MutantList = {
  area: "state",
  tests: [
    "test/unit/agent/watch/health-checks.test.ts",
    "test/unit/agent/behavior/faults.test.ts",
    "test/unit/agent/behavior/recovery.test.ts",
    "test/unit/agent/behavior/orphans.test.ts",
    "test/unit/agent/behavior/killed.test.ts",
    "test/unit/agent/state/service-cache.test.ts",
    "test/unit/agent/watch/orphan-watch.test.ts",
    "test/unit/agent/watch/recover.test.ts",
  ],
  mutants: [
    {
      name: "an orphan is removed without being read again",
      file: "src/agent/requests/serve-orphans.ts",
      find: `  const { service } = requireOrphan(ports, await find(ports, order, signal), order);
  await ports.reconciler.exclusively(service, async () => {
    const { id, name, component } = requireOrphan(ports, await find(ports, order, signal), order);
`,
      replace: `  const { service, id, name, component } = requireOrphan(ports, await find(ports, order, signal), order);
  await ports.reconciler.exclusively(service, async () => {
`,
      tests: ["test/unit/agent/behavior/orphans.test.ts"],
    },
    {
      name: "start_period is dropped after a start",
      file: "src/agent/watch/health-checks.ts",
      find: "ports.clock.now() - c.startedAtMs < c.health.startPeriodMs",
      replace: "false",
      tests: ["test/unit/agent/behavior/start-period.test.ts"],
    },
    {
      name: "memory changes before it is stored",
      file: "src/agent/state/service-cache.ts",
      find: "    await store.remember(service, memory, events);\n    rows.set(service, { ...row, memory });",
      replace: "    rows.set(service, { ...row, memory });\n    await store.remember(service, memory, events);",
    },
    {
      name: "a document is accepted before it is stored",
      file: "src/agent/state/service-cache.ts",
      find: "    await store.accept(document, ref, memory, events);\n    rows.set(service, { service, document, ref, memory });",
      replace:
        "    rows.set(service, { service, document, ref, memory });\n    await store.accept(document, ref, memory, events);",
    },
    {
      name: "two changes of one service run at once",
      file: "src/agent/state/service-cache.ts",
      find: "return queue(work);",
      replace: "return work();",
    },
    {
      name: "a new state keeps the failure of the old one",
      file: "src/agent/state/service-cache.ts",
      find: "failure: _failure, regressed",
      replace: "regressed",
    },
    {
      name: "a new state keeps the delays of the old one",
      file: "src/agent/state/service-cache.ts",
      find: "return { ...rest, repairs: {}, failed: {} };",
      replace: "return { ...rest, failed: {} };",
    },
    {
      name: "a new state keeps the failed components of the old one",
      file: "src/agent/state/service-cache.ts",
      find: "return { ...rest, repairs: {}, failed: {} };",
      replace: "return { ...rest, repairs: {} };",
    },
    {
      name: "unchanged memory is written",
      file: "src/agent/state/service-cache.ts",
      find: "if (memory === row.memory && events.length === 0) return;",
      replace: "",
    },
    {
      name: "stored events wait for the next sweep",
      file: "src/agent/state/service-cache.ts",
      find: "    rows.set(service, { ...row, memory });\n    if (events.length > 0) onEvents();",
      replace: "    rows.set(service, { ...row, memory });",
    },
    {
      name: "the boot is recorded before the services are unsettled",
      file: "src/agent/watch/recover.ts",
      find: "  if (rebooted || lost) await unsettleAll(ports, lost);\n  if (boot.recorded !== boot.now) await recordBoot(store, boot.now);",
      replace:
        "  if (boot.recorded !== boot.now) await recordBoot(store, boot.now);\n  if (rebooted || lost) await unsettleAll(ports, lost);",
    },
    {
      name: "a reboot goes unnoticed",
      file: "src/agent/watch/recover.ts",
      find: "if (rebooted || lost) await",
      replace: "if (lost) await",
    },
    {
      name: "lost containers go unnoticed",
      file: "src/agent/watch/recover.ts",
      find: "if (rebooted || lost) await",
      replace: "if (rebooted) await",
    },
    {
      name: "lost containers have no event",
      file: "src/agent/watch/recover.ts",
      find: "events: lost && index === 0 ? [event] : []",
      replace: "events: []",
    },
    {
      name: "delays survive a reboot",
      file: "src/agent/watch/recover.ts",
      find: "settledGeneration: ref.generation - 1, repairs: {}",
      replace: "settledGeneration: ref.generation - 1",
    },
    {
      name: "another identity is accepted",
      file: "src/agent/watch/recover.ts",
      find: "await checkIdentity(store, identityOf(node, info, ports.env), ports.acceptIdentity);",
      replace: "",
    },
    {
      name: "a stopped service counts as lost",
      file: "src/agent/watch/recover.ts",
      find: "document.spec.active && memory",
      replace: "memory",
    },
    {
      name: "an orphan has an event at each sweep",
      file: "src/agent/watch/orphans.ts",
      find: "filter((id) => before[id] === undefined)",
      replace: "filter(() => true)",
    },
    {
      name: "an orphan that is gone has no event",
      file: "src/agent/watch/orphans.ts",
      find: "filter((id) => now[id] === undefined)",
      replace: "filter(() => false)",
    },
    {
      name: "orphans are forgotten at the next start",
      file: "src/agent/watch/orphans.ts",
      find: "    await ports.store.setFact(FACT, JSON.stringify(now));\n",
      replace: "",
    },
    {
      name: "the health that a rollout has found out is forgotten",
      file: "src/agent/watch/health-checks.ts",
      find: "const known = rolledOut.get(id) ?? before?.get(id);",
      replace: "const known = undefined;",
    },
    {
      name: "a container that has been started again counts as healthy",
      file: "src/agent/watch/health-checks.ts",
      find: '? known.health : "starting";',
      replace: "? known.health : known.health;",
    },
  ],
};
