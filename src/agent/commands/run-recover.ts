/**
 * `mcp-agent recover`: brings every service to its accepted state from the store alone, then exits. It needs no bus. It
 * cannot run at the same time as the agent: the store's lock prevents it.
 */
import { McpError } from "../../values/error.ts";
import { createReconciling } from "../composition/create-reconciling.ts";
import { adoptions } from "../desired/adoptions.ts";
import { serviceState } from "../reconcile/plan/service-state.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import { withAdoptedLabels } from "../runtime/adopted-labels.ts";
import { systemClock } from "../state/clock.ts";
import { eventMaker } from "../state/events.ts";
import { openServiceCache, type ServiceCache } from "../state/service-cache.ts";
import { prepareToRecover } from "../watch/recover.ts";
import { openPorts, type ProgramOptions } from "./open-ports.ts";

/** @returns the exit code: 0 when every service is as accepted. */
export async function runRecover(options: ProgramOptions): Promise<number> {
  const ports = await openPorts(options);
  const { settings, log, store } = ports;
  const { node } = settings;
  const work = new AbortController();
  try {
    const services = await openServiceCache(store, () => undefined);
    const runtime = withAdoptedLabels(ports.runtime, () => adoptions(services.all(), node));
    const makeEvent = eventMaker(node, systemClock);
    const { env, acceptIdentity } = options;
    const recoverPorts = { node, runtime, store, services, makeEvent, env, acceptIdentity };
    const { limits } = await prepareToRecover(recoverPorts, work.signal);
    const { reconciler, begin } = createReconciling(
      {
        node,
        services,
        runtime,
        clock: systemClock,
        makeEvent,
        parallel: settings.reconcile.parallel,
        report: () => undefined,
        onPassError: (service, err) => log.error({ err }, `cannot recover ${service}`),
      },
      work.signal,
    );
    begin(limits);
    await Promise.all(services.all().map(({ service }) => reconciler.passNow(service)));
    return printOutcome(services, reconciler);
  } finally {
    work.abort();
    await ports.close();
  }
}

function printOutcome(services: ServiceCache, reconciler: Reconciler): number {
  const lines = services.all().map(({ service, document, memory }) => {
    const known = reconciler.stateOf(service);
    const state = known === undefined ? "unknown" : serviceState(document, memory, known.plan);
    return { service, state, error: known?.passError };
  });
  for (const { service, state, error } of lines) process.stdout.write(`${service}: ${error?.message ?? state}\n`);
  const isAsAccepted = ({ state, error }: (typeof lines)[number]) =>
    error === undefined && ["converged", "stopped", "removed"].includes(state);
  if (!lines.every(isAsAccepted)) throw new McpError("E_PARTIAL", "not every service could be recovered");
  return 0;
}
