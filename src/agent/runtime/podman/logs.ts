/**
 * The log of a container. Podman's own `tail` attaches a partial record to the wrong line, and 4.3 takes quadratic time for it. So
 * `tail` only finds out when the last lines were written; what is shown is read from that time on and cut here. Nothing
 * is collected: a log may be far larger than the agent's memory.
 */

import { present } from "../../../values/present.ts";
import { joinLines, logFrames } from "../decode/log-frames.ts";
import { resumeAt, unread } from "../decode/log-position.ts";
import type { LogOptions, RuntimeLogLine } from "../runtime.ts";
import type { PodmanContext, PodmanRequest } from "./call.ts";
import { containerPath } from "./requests.ts";
import type { PodmanLimits } from "./time-limits.ts";

interface Log {
  readonly context: PodmanContext;
  readonly id: string;
  readonly signal: AbortSignal;
}

/** Up to this many last lines podman 4.3 finds within a second: 10,000 took 0.4 s, 20,000 1.6 s. */
const MOST_FOUND = 11_000;
/** Found in addition: a record of one of the last lines may have been written before lines of the other stream. */
const MARGIN = 1_000;

/** @throws McpError as `Runtime.logs` */
export async function* podmanLogs(log: Log, options: LogOptions): AsyncGenerator<RuntimeLogLine> {
  const { tail, follow, sinceMs, position = { records: 0 } } = options;
  if (position.at !== undefined)
    return yield* read(log, { follow, position, ...present({ sinceMs: resumeAt(position) }) });
  if (tail === undefined) return yield* read(log, { ...options, position });
  if (tail === 0) return follow ? yield* read(log, { ...options, position }) : undefined;
  const since = present({ sinceMs: await findStart(log, tail, sinceMs) });
  let left = (await countLines(read(log, { follow: false, ...since }))) - tail;
  for await (const line of read(log, { follow, position, ...since })) if (--left < 0) yield line;
}

/** A moment after which all records of the last `tail` lines were written; undefined: the log's beginning. */
async function findStart(log: Log, tail: number, sinceMs: number | undefined): Promise<number | undefined> {
  const wanted = tail + MARGIN;
  if (wanted > MOST_FOUND) return sinceMs;
  let lines = 0;
  let earliestMs = Number.POSITIVE_INFINITY;
  for await (const { at } of read(log, { follow: false, tail: wanted })) {
    lines += 1;
    earliestMs = Math.min(earliestMs, at === undefined ? Number.NaN : Date.parse(at));
  }
  if (lines < wanted || Number.isNaN(earliestMs)) return sinceMs;
  const beforeMs = earliestMs - 1; // podman's `since` leaves out the moment itself
  return Math.max(beforeMs, sinceMs ?? beforeMs);
}

function read({ context: { call, limits }, id, signal }: Log, options: LogOptions): AsyncGenerator<RuntimeLogLine> {
  const frames = logFrames(call.open(logsRequest(id, options, limits), signal), true);
  return joinLines(options.position === undefined ? frames : unread(frames, options.position));
}

async function countLines(lines: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of lines) count += 1;
  return count;
}

function logsRequest(id: string, { follow, tail, sinceMs }: LogOptions, limits: PodmanLimits): PodmanRequest {
  const query = {
    stdout: "true",
    stderr: "true",
    timestamps: "true",
    follow: String(follow),
    ...(tail === undefined ? {} : { tail: String(tail) }),
    ...(sinceMs === undefined ? {} : { since: new Date(sinceMs).toISOString() }),
  };
  // A container may be silent for any time: only the signal ends a follower.
  const limitMs = follow ? 0 : limits.logMs;
  return { what: "podman logs", method: "GET", path: containerPath(id, "/logs"), query, expect: [200], limitMs };
}
