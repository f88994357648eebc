/**
 * `mcp-agent file-helper <root>`: carries out one order of the agent with the ids that own its containers' files. It runs in
 * podman's user namespace, follows the agent's rules (the same code), opens no socket and reads no settings.
 */
import { once } from "node:events";
import { errorAnswer } from "../../values/no-room.ts";
import { ByteReader } from "./byte-reader.ts";
import type { FileAccess } from "./file-access.ts";
import { COMMIT, type HelperAnswer, type HelperOrder } from "./helper-protocol.ts";
import { plainFiles } from "./plain-files.ts";

/** @returns the exit code; errors are sent as answers. */
export async function runFileHelper(root: string): Promise<number> {
  const input = new ByteReader(process.stdin);
  try {
    const order = JSON.parse((await input.line()) ?? "null") as HelperOrder | null;
    if (order !== null) await carryOut(plainFiles(root), order, input);
    return 0;
  } catch (error) {
    await answer({ error: errorAnswer(error) });
    return 1;
  } finally {
    process.stdin.destroy(); // an open input would keep the process alive
  }
}

async function carryOut(files: FileAccess, order: HelperOrder, input: ByteReader): Promise<void> {
  switch (order.operation) {
    case "receive":
      return await receive(files, order, input);
    case "send":
      return await send(files, order);
    case "list":
      return await answer({ ok: await files.list(order.place) });
    case "removeTemp":
      await files.removeTemp(order.place, order.transfer);
      return await answer({ ok: null });
  }
}

async function receive(
  files: FileAccess,
  order: Extract<HelperOrder, { operation: "receive" }>,
  input: ByteReader,
): Promise<void> {
  const receiving = await files.receive(order);
  try {
    await answer({ ok: null });
    for await (const data of input.bytes(order.size)) await receiving.write(data);
    if ((await input.line()) === COMMIT) await answer({ ok: await receiving.commit() });
  } finally {
    await receiving.discard();
  }
}

async function send(files: FileAccess, { place }: Extract<HelperOrder, { operation: "send" }>): Promise<void> {
  const sending = await files.send(place);
  try {
    await answer({ ok: sending.file });
    let left = sending.file.size;
    for await (const data of sending.bytes()) {
      await write(data);
      left -= data.length;
    }
    if (left === 0) await answer({ ok: { grown: await sending.hasGrown() } });
  } finally {
    await sending.close();
  }
}

const answer = (what: HelperAnswer) => write(`${JSON.stringify(what)}\n`);

async function write(data: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(data)) await once(process.stdout, "drain");
}
