/**
 * Streams the lines of a service's containers to whoever asked, in batches; stops as soon as nobody renews the
 * request. Following goes on over a replacement of the container.
 */
import type { Replier } from "../bus/node-bus.ts";
import { McpError } from "../schemas/error.ts";
import { LABEL } from "../schemas/labels.ts";
import type { ComponentName, NodeName } from "../schemas/names.ts";
import type { LogLine, LogsQuery } from "../schemas/request.ts";
import type { Clock } from "./clock.ts";
import type { Runtime, RuntimeContainer } from "./runtime/runtime.ts";

export interface LogPorts {
  readonly node: NodeName;
  readonly runtime: Runtime;
  readonly clock: Clock;
}

/** Lines and bytes of one answer; well below the bus's payload limit of 1 MiB. */
const BATCH_LINES = 500;
const BATCH_BYTES = 128 * 1024;
/** How often a followed component is looked for again once its container has ended. */
const REOPEN_MS = 1_000;

export async function serveLogs(
  ports: LogPorts,
  query: LogsQuery,
  replier: Replier,
  signal: AbortSignal,
): Promise<void> {
  const containers = await find(ports, query, signal);
  if (containers.length === 0) {
    const what = query.component === undefined ? query.service : `${query.service}/${query.component}`;
    throw new McpError("E_NOT_FOUND", `no container of ${what} on ${ports.node}`, {
      hint: "`mcp ps` lists containers",
    });
  }
  const components = new Set(containers.map((c) => c.labels[LABEL.component] ?? c.name));
  await Promise.all([...components].map((component) => stream(ports, { ...query, component }, replier, signal)));
}

async function find(ports: LogPorts, query: LogsQuery, signal: AbortSignal): Promise<RuntimeContainer[]> {
  const labels = {
    [LABEL.service]: query.service,
    [LABEL.node]: ports.node,
    ...(query.component === undefined ? {} : { [LABEL.component]: query.component }),
  };
  return await ports.runtime.list(labels, signal);
}

type ComponentQuery = LogsQuery & { readonly component: ComponentName };

async function stream(ports: LogPorts, query: ComponentQuery, replier: Replier, signal: AbortSignal): Promise<void> {
  const done = new Set<string>();
  for (let first = true; !signal.aborted; first = false) {
    const next = (await find(ports, query, signal))
      .toSorted((a, b) => a.createdAtMs - b.createdAtMs)
      .findLast((c) => !done.has(c.id) || c.state === "running");
    if (next !== undefined) {
      const fresh = !done.has(next.id);
      done.add(next.id);
      const { tail, sinceMs } = query;
      const from = first ? { ...(tail !== undefined && { tail }), ...(sinceMs !== undefined && { sinceMs }) } : {};
      const options = fresh ? from : { sinceMs: ports.clock.now() };
      await copy(ports, query.component, next.id, { ...options, follow: query.follow }, replier, signal);
    }
    if (!query.follow || signal.aborted) return;
    await ports.clock.sleep(REOPEN_MS, signal).catch(() => undefined);
  }
}

async function copy(
  ports: LogPorts,
  component: ComponentName,
  id: string,
  options: { readonly follow: boolean; readonly tail?: number; readonly sinceMs?: number },
  replier: Replier,
  signal: AbortSignal,
): Promise<void> {
  let batch: LogLine[] = [];
  let bytes = 0;
  let sending: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const lines = batch;
    batch = [];
    bytes = 0;
    sending = sending.then(() => replier.send({ last: false, body: { verb: "logs", lines } }));
    await sending;
  };
  const timer = options.follow ? setInterval(() => void flush().catch(() => undefined), 100) : undefined;
  try {
    for await (const { stream: from, at, line } of ports.runtime.logs(id, options, signal)) {
      batch.push({ component, stream: from, line, ...(at === undefined ? {} : { at }) });
      bytes += line.length;
      if (batch.length >= BATCH_LINES || bytes >= BATCH_BYTES) await flush();
    }
    await flush();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(timer);
  }
}
