/** Pulls one file: the node reports size and mode and sends the bytes through its bucket, while this side writes them. */
import { createHash, randomBytes } from "node:crypto";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { FileFacts, ReplyBody } from "../../schemas/wire/request.ts";
import { deferred } from "../../values/deferred.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { followTransfer } from "./follow-transfer.ts";
import { type LocalTarget, openTarget } from "./local-target.ts";

/** What a node says about a file cannot make it run as another user here. */
const PERMISSIONS = 0o777;

export interface PullJob {
  readonly node: NodeName;
  readonly service: ServiceName;
  readonly path: string;
  /** On this machine. */
  readonly file: string;
  /** Absent: the mode on the node. */
  readonly mode?: number;
  readonly force: boolean;
}

export interface PullOptions {
  readonly signal: AbortSignal;
  /** Called once, when the node has reported size and mode. */
  onFound(facts: FileFacts): void;
  /** Called with the number of bytes written so far. */
  onBytes(received: number): void;
}

export interface PulledFile extends FileFacts {
  readonly sha256: string;
  readonly replaced: boolean;
  /** True if the file on the node is longer now than what was pulled. */
  readonly grown: boolean;
}

/** @throws McpError the node's error, E_CONFLICT if the file exists here, E_FILE, E_NODE_UNREACHABLE */
export async function pullFile(bus: OperatorBus, job: PullJob, options: PullOptions): Promise<PulledFile> {
  const { node, service, path } = job;
  const transfer = randomBytes(12).toString("hex");
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const found = deferred<FileFacts>();
  const onAnswer = (body: ReplyBody) => {
    if (body.verb !== "pull") return undefined;
    found.resolve(body.file);
    return body.sha256 === undefined ? undefined : { sha256: body.sha256, grown: body.grown === true };
  };
  const order = { verb: "pull", transfer, service, path } as const;
  const following = followTransfer(bus, { node, order, signal, onAnswer });
  following.catch(found.reject);
  try {
    return await receive(bus, job, {
      transfer,
      found: found.promise,
      sent: following,
      options: { ...options, signal },
    });
  } catch (error) {
    over.abort(error);
    await following.catch(() => undefined); // cancels the transfer on the node
    throw error;
  } finally {
    await bus
      .files(node)
      .discard(transfer)
      .catch(() => undefined); // without a connection: the object expires
  }
}

interface Receiving {
  readonly transfer: string;
  readonly found: Promise<FileFacts>;
  /** The node's own SHA-256, when everything is sent, and whether the file is longer now. */
  readonly sent: Promise<{ readonly sha256: string; readonly grown: boolean }>;
  readonly options: PullOptions;
}

async function receive(
  bus: OperatorBus,
  job: PullJob,
  { transfer, found, sent, options }: Receiving,
): Promise<PulledFile> {
  const facts = await found;
  options.onFound(facts);
  const mode = job.mode ?? facts.mode & PERMISSIONS;
  const target = await openTarget({ path: job.file, size: facts.size, mode, force: job.force });
  try {
    const object = { transfer, size: facts.size, description: `${job.service}/${job.path}` };
    const copying = copy(bus.files(job.node).read(object, options.signal), target, options);
    const [received, { sha256: expected, grown }] = await Promise.all([copying, sent]);
    if (received !== expected) {
      throw new McpError(
        "E_FILE",
        `${job.service}/${job.path} arrived damaged: SHA-256 ${received} instead of ${expected}`,
        {
          hint: "the local file was not changed; pull it again",
        },
      );
    }
    return { ...facts, mode, sha256: received, grown, ...(await target.commit()) };
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
