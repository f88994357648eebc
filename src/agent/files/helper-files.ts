/** Files with the rights of root in the namespace of the agent's containers, each through a process of its own. */
import type { FileFacts } from "../../schemas/wire/request.ts";
import type { FileAccess, FileListing, ReceiveOrder, Receiving, Sending } from "./file-access.ts";
import type { FilePlace } from "./file-place.ts";
import { type HelperPlace, HelperProcess } from "./helper-process.ts";
import { COMMIT, type HelperOrder } from "./helper-protocol.ts";

export function helperFiles(at: HelperPlace): FileAccess {
  return {
    receive: (order) => receive(at, order),
    send: (place) => send(at, place),
    list: async (place) => (await once(at, { operation: "list", place })) as FileListing,
    removeTemp: async (place, transfer) => void (await once(at, { operation: "removeTemp", place, transfer })),
  };
}

interface Started {
  readonly helper: HelperProcess;
  /** Its first answer. */
  readonly first: unknown;
}

async function start(at: HelperPlace, order: HelperOrder): Promise<Started> {
  const helper = new HelperProcess(at, order);
  try {
    return { helper, first: await helper.answer() };
  } catch (error) {
    await helper.end();
    throw error;
  }
}

async function once(at: HelperPlace, order: HelperOrder): Promise<unknown> {
  const { helper, first } = await start(at, order);
  await helper.end();
  return first;
}

async function receive(at: HelperPlace, order: ReceiveOrder): Promise<Receiving> {
  const { helper } = await start(at, { operation: "receive", ...order });
  return {
    write: (data) => helper.write(data),
    commit: async () => {
      await helper.write(`${COMMIT}\n`);
      return (await helper.answer()) as { replaced: boolean };
    },
    discard: () => helper.end(),
  };
}

async function send(at: HelperPlace, place: FilePlace): Promise<Sending> {
  const { helper, first } = await start(at, { operation: "send", place });
  const file = first as FileFacts;
  return { file, bytes: () => helper.bytes(file.size), close: () => helper.end() };
}
