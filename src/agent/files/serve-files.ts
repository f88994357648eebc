/** Answers requests about files: transfers and listings. One service exists for the agent's lifetime. */
import type { Replier } from "../../bus/ports/node-bus.ts";
import { isTransferId, PROGRESS_INTERVAL_MS } from "../../schemas/wire/file-transfer.ts";
import type { AgentRequest, PullOrder, PushOrder } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import type { ServiceName } from "../../values/names.ts";
import type { Lease } from "../state/leases.ts";
import type { FileAddress } from "./file-address.ts";
import type { FilePorts } from "./file-ports.ts";
import { type PullTransfer, startPull } from "./pull-transfer.ts";
import { claimOf, type PushTransfer, startPush } from "./push-transfer.ts";
import { type Transfer, Transfers } from "./transfers.ts";

/** One request, its replier and its lease. */
export interface FileCall<Order> {
  readonly request: AgentRequest;
  readonly order: Order;
  readonly replier: Replier;
  readonly lease: Lease;
}

export interface FileService {
  push(call: FileCall<PushOrder>): Promise<void>;
  /** @throws McpError E_NOT_FOUND for an unknown push */
  commit(transfer: string, sha256: string): void;
  /** The service of this push; undefined for an unknown push. */
  serviceOfPush(transfer: string): ServiceName | undefined;
  pull(call: FileCall<PullOrder>): Promise<void>;
  list(place: FileAddress, replier: Replier): Promise<void>;
}

/** Files in one answer: even with long names this stays well below the bus's payload limit. */
const LIST_CHUNK = 100;

export function createFileService(ports: FilePorts): FileService {
  const pushes = new Transfers<PushTransfer>();
  const pulls = new Transfers<PullTransfer>();
  return {
    push: ({ request: { author }, order, replier, lease }) =>
      serveTransfer(pushes, { order, author, lease, begin: () => startPush(ports, order, author) }, (push) =>
        answerPush(push, replier, lease.signal),
      ),
    commit: (transfer, sha256) => {
      const push = pushes.get(transfer);
      if (push === undefined) throw unknownTransfer();
      push.commit(sha256);
    },
    serviceOfPush: (transfer) => pushes.get(transfer)?.service,
    pull: ({ request: { author }, order, replier, lease }) =>
      serveTransfer(pulls, { order, author, lease, begin: () => startPull(ports, order, author) }, (pull) =>
        answerPull(pull, replier),
      ),
    list: (place, replier) => answerList(ports, place, replier),
  };
}

interface TransferRequest<T> {
  readonly order: PushOrder | PullOrder;
  readonly author: string;
  readonly lease: Lease;
  begin(): T;
}

/** Answers until the request ends. A canceled request cancels its transfer. */
async function serveTransfer<T extends Transfer>(
  transfers: Transfers<T>,
  { order, author, lease, begin }: TransferRequest<T>,
  answer: (transfer: T) => Promise<void>,
): Promise<void> {
  if (!isTransferId(order.transfer)) throw new McpError("E_INVALID_MESSAGE", "invalid transfer id");
  if (order.resume && transfers.get(order.transfer) === undefined) throw unknownTransfer();
  const { transfer, release } = transfers.attach(order.transfer, claimOf(order, author), begin);
  const cancel = () => {
    if (lease.isCanceled()) transfer.cancel(new McpError("E_INTERRUPTED", "canceled by its operator"));
  };
  lease.signal.addEventListener("abort", cancel, { once: true });
  try {
    await Promise.race([answer(transfer), aborted(lease.signal)]);
  } finally {
    release();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function answerPush(push: PushTransfer, replier: Replier, signal: AbortSignal): Promise<void> {
  await push.ready;
  const sendProgress = () => replier.send({ last: false, body: { verb: "push", received: push.received() } });
  await sendProgress();
  const timer = setInterval(() => {
    if (!signal.aborted) void sendProgress().catch(() => undefined); // disconnected: the operator repeats the request, or the transfer is canceled
  }, PROGRESS_INTERVAL_MS);
  try {
    const stored = await push.stored.finally(() => clearInterval(timer));
    await replier.send({ last: true, body: { verb: "push", received: stored.size, stored } });
  } finally {
    clearInterval(timer);
  }
}

async function answerPull(pull: PullTransfer, replier: Replier): Promise<void> {
  const file = await pull.found;
  await replier.send({ last: false, body: { verb: "pull", file } });
  const { sha256, grown } = await pull.sent;
  await replier.send({ last: true, body: { verb: "pull", file, sha256, ...(grown && { grown }) } });
}

async function answerList(ports: FilePorts, place: FileAddress, replier: Replier): Promise<void> {
  const { files, skipped } = await ports.files.list(place);
  for (let from = 0; from < Math.max(files.length, skipped.length, 1); from += LIST_CHUNK) {
    const body = {
      verb: "files",
      files: files.slice(from, from + LIST_CHUNK),
      skipped: skipped.slice(from, from + LIST_CHUNK),
    } as const;
    await replier.send({ last: from + LIST_CHUNK >= Math.max(files.length, skipped.length), body });
  }
}

function unknownTransfer(): McpError {
  return new McpError("E_NOT_FOUND", "unknown transfer", {
    hint: "the agent has restarted; start the transfer again",
  });
}
