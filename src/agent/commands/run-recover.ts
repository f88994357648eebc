/**
 * `mcp-agent recover`: brings every service to its accepted state from the store alone, then ends. Needs no bus; not to
 * be run beside a running agent (the store's lock sees to that).
 */
import { McpError } from "../../values/error.ts";
import { adoptions } from "../desired/adoptions.ts";
import { serviceState } from "../reconcile/service-state.ts";
import { withAdoptedLabels } from "../runtime/adopted-labels.ts";
import { systemClock } from "../state/clock.ts";
import { eventMaker } from "../state/events.ts";
import { openServiceCache } from "../state/service-cache.ts";
import { prepareToRecover } from "../watch/recover.ts";
import { createWorkshop } from "../workshop.ts";
import { openPorts, type ProgramOptions } from "./open-ports.ts";

/** @returns the exit code: 0 when every service is as accepted. */
export async function runRecover(options: ProgramOptions): Promise<number> {
  const ports = await openPorts(options);
  const { settings, log, store } = ports;
  const work = new AbortController();
  try {
    const book = await openServiceCache(store, () => undefined);
    const runtime = withAdoptedLabels(ports.runtime, () => adoptions(book.all(), settings.node));
    const makeEvent = eventMaker(settings.node, systemClock);
    const shared = { ...options, node: settings.node, runtime, clock: systemClock, book, store, makeEvent };
    await prepareToRecover(shared, work.signal);
    const workshop = createWorkshop(
      {
        ...shared,
        parallel: settings.reconcile.parallel,
        report: () => undefined,
        onTrouble: (service, err) => log.error({ err }, `${service} could not be brought back`),
      },
      work.signal,
    );
    workshop.open();
    const services = book.all().map((row) => row.service);
    await Promise.all(services.map((service) => workshop.reconciler.passNow(service)));
    const lines = services.map((service) => {
      const row = book.get(service);
      const lane = workshop.reconciler.lane(service);
      const state = row && lane ? serviceState(row.document, row.memory, lane.plan) : "unknown";
      return { service, state, trouble: lane?.trouble };
    });
    for (const { service, state, trouble } of lines) process.stdout.write(`${service}: ${trouble ?? state}\n`);
    const right = lines.every(
      ({ state, trouble }) => trouble === undefined && ["converged", "stopped", "removed"].includes(state),
    );
    if (!right) throw new McpError("E_PARTIAL", "not every service could be brought back");
    return 0;
  } finally {
    work.abort();
    await ports.close();
  }
}
