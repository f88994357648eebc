/**
 * Streams the log lines of a service's containers to an operator, in batches. Stops when nobody renews the request. With `follow` it
 * continues after the container is restarted or replaced, without losing or repeating a line.
 */
import type { Replier } from "../../bus/ports/node-bus.ts";
import { LABEL } from "../../schemas/service/labels.ts";
import { LOG_LINES_MAX, type LogsQuery } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import type { ComponentName, NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { LogOptions, LogPosition, Runtime, RuntimeContainer } from "../runtime/runtime.ts";
import type { Clock } from "../state/clock.ts";
import { every } from "../state/every.ts";
import { LogBatch } from "./log-batch.ts";

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

/** One container, as far as its log has been sent. */
interface Reading {
  readonly id: string;
  readonly component: ComponentName;
  readonly position: LogPosition;
  /** Where its first reading begins; without any line then, a later one gives all of them since the time. */
  tail?: number | undefined;
  readonly sinceMs?: number | undefined;
  /** Its start time, once it has ended and everything was sent. */
  completeAt?: string | undefined;
}

/** A follower sees each line after at most this time. */
const FLUSH_MS = 100;
/** How often to look for a restart or a new container after a followed container has ended. */
const REOPEN_MS = 1_000;
/** While podman skips a long log there are no lines. An empty answer then says that the agent is at work. */
const BEAT_MS = 1_000;

/** @throws McpError E_NOT_FOUND when the service has no such container here, E_UNSUPPORTED for too many lines */
export async function serveLogs(ports: LogPorts, { query, replier, signal }: Omit<Job, keyof LogPorts>): Promise<void> {
  const { node, runtime, clock } = ports;
  const job: Job = { node, runtime, clock, query, replier, signal };
  if (query.tail !== undefined && query.tail > LOG_LINES_MAX) {
    throw new McpError("E_UNSUPPORTED", `${query.tail} lines are more than ${LOG_LINES_MAX}`, {
      hint: "use `--since` to read more lines",
    });
  }
  const endBeats = every(clock, BEAT_MS, { work: () => beat(replier), signal });
  try {
    const containers = await find(job, query.component);
    if (containers.length === 0) {
      const what = query.component === undefined ? query.service : `${query.service}/${query.component}`;
      throw new McpError("E_NOT_FOUND", `no container of ${what} on ${node}`, { hint: "`mcp ps` lists containers" });
    }
    const components = new Set(containers.map((c) => c.labels[LABEL.component] ?? c.name));
    await Promise.all([...components].map((component) => streamComponent(job, component)));
  } finally {
    endBeats();
  }
}

async function beat(replier: Replier): Promise<void> {
  await replier.send({ last: false, body: { verb: "logs", lines: [] } });
}

async function find(job: Job, component: ComponentName | undefined): Promise<RuntimeContainer[]> {
  const labels = { [LABEL.service]: job.query.service, [LABEL.node]: job.node };
  const narrowed = component === undefined ? labels : { ...labels, [LABEL.component]: component };
  return await job.runtime.list(narrowed, job.signal);
}

/** The newest container's lines; when following, then those of each later run and of each container that replaces it. */
async function streamComponent(job: Job, component: ComponentName): Promise<void> {
  const { query, signal, clock } = job;
  const readings = new Map<string, Reading>();
  while (!signal.aborted) {
    const newest = (await find(job, component)).toSorted((a, b) => a.createdAtMs - b.createdAtMs).at(-1);
    if (newest !== undefined) {
      const { id } = newest;
      const begin = readings.size === 0 ? beginOf(job) : {};
      const reading = readings.get(id) ?? { id, component, position: { records: 0 }, ...begin };
      readings.set(id, reading);
      await streamContainer(job, reading, newest);
    }
    if (!query.follow || signal.aborted) return;
    await clock.sleep(REOPEN_MS, signal).catch(() => undefined);
  }
}

/** A follower that wants no earlier lines begins now, whenever the runtime answers. */
function beginOf({ query, clock }: Job): Pick<Reading, "tail" | "sinceMs"> {
  return query.follow && query.tail === 0 ? { sinceMs: clock.now() } : { tail: query.tail, sinceMs: query.sinceMs };
}

/** Sends what the container has written and, when following, what it writes until it ends. */
async function streamContainer(job: Job, reading: Reading, { state }: RuntimeContainer): Promise<void> {
  if (!job.query.follow) return await copyLines(job, reading, false);
  if (state === "running") await copyLines(job, reading, true);
  // A follower of podman 4.3 ends before the last lines of a container that wrote much at its end.
  const ended = await job.runtime.inspect(reading.id, job.signal);
  if (ended === undefined || ended.startedAt === reading.completeAt) return;
  await copyLines(job, reading, false);
  reading.completeAt = ended.state === "running" ? undefined : ended.startedAt;
}

async function copyLines(job: Job, reading: Reading, follow: boolean): Promise<void> {
  const { id, component, position, tail, sinceMs } = reading;
  const batch = new LogBatch(job.replier);
  const flush = { work: () => batch.flush(), signal: job.signal };
  const endFlushing = follow ? every(job.clock, FLUSH_MS, flush) : undefined;
  const options: LogOptions = { follow, position, ...present({ tail, sinceMs }) };
  reading.tail = undefined;
  try {
    for await (const line of job.runtime.logs(id, options, job.signal)) await batch.add({ component, ...line });
    await batch.flush();
  } catch (error) {
    if (job.signal.aborted) return;
    if (!(await isGone(job, id))) throw error;
    await batch.flush();
  } finally {
    endFlushing?.();
  }
}

/** True when it was removed while it was followed. */
async function isGone({ query, runtime, signal }: Job, id: string): Promise<boolean> {
  return query.follow && (await runtime.inspect(id, signal)) === undefined;
}
