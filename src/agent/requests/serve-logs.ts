/**
 * Streams the log lines of a service's containers to an operator, in batches. Stops when nobody renews the request.
 * With `follow` it continues after the container is replaced.
 */
import type { Replier } from "../../bus/ports/node-bus.ts";
import { LABEL } from "../../schemas/service/labels.ts";
import type { LogLine, LogsQuery } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import type { ComponentName, NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { LogOptions, Runtime, RuntimeContainer } from "../runtime/runtime.ts";
import type { Clock } from "../state/clock.ts";

export interface LogPorts {
  readonly node: NodeName;
  readonly runtime: Runtime;
  readonly clock: Clock;
}

/** One request for log lines, while it lasts. */
interface Job extends LogPorts {
  readonly query: LogsQuery;
  readonly replier: Replier;
  readonly signal: AbortSignal;
}

/** Lines and characters of one answer; well below the bus's payload limit of 1 MiB. */
const BATCH_LINES = 500;
const BATCH_CHARACTERS = 128 * 1024;
/** A follower sees each line after at most this time. */
const FLUSH_MS = 100;
/** How often to look for a new container of a followed component after its container has ended. */
const REOPEN_MS = 1_000;

/** @throws McpError E_NOT_FOUND when the service has no such container here. */
export async function serveLogs(ports: LogPorts, { query, replier, signal }: Omit<Job, keyof LogPorts>): Promise<void> {
  const { node, runtime, clock } = ports;
  const job: Job = { node, runtime, clock, query, replier, signal };
  const containers = await find(job, query.component);
  if (containers.length === 0) {
    const what = query.component === undefined ? query.service : `${query.service}/${query.component}`;
    throw new McpError("E_NOT_FOUND", `no container of ${what} on ${node}`, { hint: "`mcp ps` lists containers" });
  }
  const components = new Set(containers.map((c) => c.labels[LABEL.component] ?? c.name));
  await Promise.all([...components].map((component) => streamComponent(job, component)));
}

async function find(job: Job, component: ComponentName | undefined): Promise<RuntimeContainer[]> {
  const labels = { [LABEL.service]: job.query.service, [LABEL.node]: job.node };
  const narrowed = component === undefined ? labels : { ...labels, [LABEL.component]: component };
  return await job.runtime.list(narrowed, job.signal);
}

/** The newest container's lines; when following, then those of each container that replaces it. */
async function streamComponent(job: Job, component: ComponentName): Promise<void> {
  const { query, signal, clock } = job;
  const done = new Set<string>();
  for (let first = true; !signal.aborted; first = false) {
    const next = newest(await find(job, component), done);
    if (next !== undefined) {
      const begin = first ? present({ tail: query.tail, sinceMs: query.sinceMs }) : {};
      const options = done.has(next.id) ? { sinceMs: clock.now() } : begin;
      done.add(next.id);
      await copyLines(job, { id: next.id, component }, { ...options, follow: query.follow });
    }
    if (!query.follow || signal.aborted) return;
    await clock.sleep(REOPEN_MS, signal).catch(() => undefined);
  }
}

/** The newest container whose lines were not sent yet, or that is running. */
function newest(containers: readonly RuntimeContainer[], done: ReadonlySet<string>): RuntimeContainer | undefined {
  const byAge = containers.toSorted((a, b) => a.createdAtMs - b.createdAtMs);
  return byAge.findLast((c) => !done.has(c.id) || c.state === "running");
}

async function copyLines(
  job: Job,
  { id, component }: { readonly id: string; readonly component: ComponentName },
  options: LogOptions,
): Promise<void> {
  const batch = new Batch(job.replier);
  const timer = options.follow ? setInterval(() => void batch.flush().catch(() => undefined), FLUSH_MS) : undefined;
  try {
    for await (const { stream, at, line } of job.runtime.logs(id, options, job.signal)) {
      await batch.add({ component, stream, line, ...present({ at }) });
    }
    await batch.flush();
  } catch (error) {
    if (!job.signal.aborted) throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Collects lines and sends them together, one answer at a time. */
class Batch {
  readonly #replier: Replier;
  #lines: LogLine[] = [];
  #characters = 0;
  #sending: Promise<void> = Promise.resolve();

  constructor(replier: Replier) {
    this.#replier = replier;
  }

  async add(line: LogLine): Promise<void> {
    this.#lines.push(line);
    this.#characters += line.line.length;
    if (this.#lines.length >= BATCH_LINES || this.#characters >= BATCH_CHARACTERS) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#lines.length === 0) return await this.#sending;
    const lines = this.#lines;
    this.#lines = [];
    this.#characters = 0;
    this.#sending = this.#sending.then(() => this.#replier.send({ last: false, body: { verb: "logs", lines } }));
    await this.#sending;
  }
}
