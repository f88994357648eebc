/** Pulls one file: the node tells what it has and sends it through its bucket, while we take the bytes out and write them. */
import { createHash, randomBytes } from "node:crypto";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { FileFacts, ReplyBody } from "../../schemas/wire/request.ts";
import { deferred } from "../../values/deferred.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { followTransfer } from "./follow-transfer.ts";
import { type LocalTarget, openTarget } from "./local-target.ts";

export interface PullJob {
  readonly node: NodeName;
  readonly service: ServiceName;
  readonly path: string;
  /** On this machine. */
  readonly file: string;
  /** Absent: the node's. */
  readonly mode?: number;
  readonly force: boolean;
}

export interface PullOptions {
  readonly signal: AbortSignal;
  /** Called once the node has told what the file is. */
  onFound(facts: FileFacts): void;
  /** How many bytes are written here. */
  onBytes(received: number): void;
}

export interface PulledFile extends FileFacts {
  readonly sha256: string;
  readonly replaced: boolean;
}

/** @throws McpError what the node answers, E_CONFLICT for a file that is here already, E_FILE, E_NODE_UNREACHABLE */
export async function pullFile(bus: OperatorBus, job: PullJob, options: PullOptions): Promise<PulledFile> {
  const { node, service, path } = job;
  const transfer = randomBytes(12).toString("hex");
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const found = deferred<FileFacts>();
  const onAnswer = (body: ReplyBody) => {
    if (body.verb !== "pull") return undefined;
    found.resolve(body.file);
    return body.sha256;
  };
  const order = { verb: "pull", transfer, service, path } as const;
  const attending = followTransfer(bus, { node, order, signal, onAnswer });
  attending.catch(found.reject);
  try {
    return await receive(bus, job, {
      transfer,
      found: found.promise,
      sent: attending,
      options: { ...options, signal },
    });
  } catch (error) {
    over.abort(error);
    await attending.catch(() => undefined); // it tells the node that nobody takes it any more
    throw error;
  } finally {
    await bus
      .files(node)
      .discard(transfer)
      .catch(() => undefined); // the bus is away: what is there expires
  }
}

interface Receiving {
  readonly transfer: string;
  readonly found: Promise<FileFacts>;
  /** The node's own digest, when it has sent everything. */
  readonly sent: Promise<string>;
  readonly options: PullOptions;
}

async function receive(
  bus: OperatorBus,
  job: PullJob,
  { transfer, found, sent, options }: Receiving,
): Promise<PulledFile> {
  const facts = await found;
  options.onFound(facts);
  const mode = job.mode ?? facts.mode;
  const target = await openTarget({ path: job.file, size: facts.size, mode, force: job.force });
  try {
    const object = { transfer, size: facts.size, description: `${job.service}/${job.path}` };
    const copying = copy(bus.files(job.node).read(object, options.signal), target, options);
    const [here, there] = await Promise.all([copying, sent]);
    if (here !== there) {
      throw new McpError("E_FILE", `${job.service}/${job.path} arrived damaged: SHA-256 ${here} instead of ${there}`, {
        hint: "nothing was put in place; pull it again",
      });
    }
    return { ...facts, mode, sha256: here, ...(await target.commit()) };
  } finally {
    await target.discard();
  }
}

async function copy(bytes: AsyncIterable<Uint8Array>, target: LocalTarget, options: PullOptions): Promise<string> {
  const hash = createHash("sha256");
  const state = { received: 0 };
  for await (const data of bytes) {
    hash.update(data);
    await target.write(data);
    state.received += data.length;
    options.onBytes(state.received);
  }
  return hash.digest("hex");
}
