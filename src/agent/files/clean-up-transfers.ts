/**
 * Removes what a killed agent left of its transfers: half-written files, which the journal lists, and the content of
 * the node's bucket, since no transfer outlives its agent. Runs once the bus is connected; transfers wait for it.
 */
import type { NodeBus } from "../../bus/ports/node-bus.ts";
import type { FileAccess } from "./file-access.ts";
import type { TempJournal } from "./temp-journal.ts";

export interface CleanUpPorts {
  readonly bus: Pick<NodeBus, "files" | "isConnected" | "onConnect">;
  readonly files: FileAccess;
  readonly journal: TempJournal;
  warn(what: string): (error: unknown) => void;
}

/** Starts at once. @returns a function that waits for the end. Failures are logged and retried at the next start. */
export function cleanUpTransfers(ports: CleanUpPorts): () => Promise<void> {
  const done = Promise.all([removeTemps(ports), clearBucket(ports)]).then(() => undefined);
  return () => done;
}

async function removeTemps({ files, journal, warn }: CleanUpPorts): Promise<void> {
  const notes = await journal.entries().catch((error: unknown) => {
    warn("reading the journal of files")(error);
    return [];
  });
  for (const { transfer, place } of notes) {
    await files
      .removeTemp(place, transfer)
      .then(() => journal.clear(transfer))
      .catch(warn("removing a half-written file"));
  }
}

/** Tried once: what stays expires by itself. */
async function clearBucket({ bus, warn }: CleanUpPorts): Promise<void> {
  await new Promise<void>((resolve) => {
    if (bus.isConnected()) resolve();
    else bus.onConnect(resolve);
  });
  await bus.files.clear().catch(warn("cleaning up the file bucket"));
}
