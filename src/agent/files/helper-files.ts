/** File access as root in the user namespace of the agent's containers; each operation starts a process of its own. */
import type { FileFacts } from "../../schemas/wire/request.ts";
import type { FileAccess, FileListing, IncomingFile, OutgoingFile, ReceiveOrder } from "./file-access.ts";
import type { FileAddress } from "./file-address.ts";
import { HelperProcess, type HelperSettings } from "./helper-process.ts";
import { COMMIT, type HelperOrder } from "./helper-protocol.ts";

export function helperFiles(at: HelperSettings): FileAccess {
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

async function start(at: HelperSettings, order: HelperOrder): Promise<Started> {
  const helper = new HelperProcess(at, order);
  try {
    return { helper, first: await helper.answer() };
  } catch (error) {
    await helper.end();
    throw error;
  }
}

async function once(at: HelperSettings, order: HelperOrder): Promise<unknown> {
  const { helper, first } = await start(at, order);
  await helper.end();
  return first;
}

async function receive(at: HelperSettings, order: ReceiveOrder): Promise<IncomingFile> {
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

async function send(at: HelperSettings, place: FileAddress): Promise<OutgoingFile> {
  const { helper, first } = await start(at, { operation: "send", place });
  const file = first as FileFacts;
  const hasGrown = async () => ((await helper.answer()) as { grown: boolean }).grown;
  return { file, bytes: () => helper.bytes(file.size), hasGrown, close: () => helper.end() };
}
