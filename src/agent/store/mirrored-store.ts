/**
 * A store that also keeps each accepted document as a file. The file is first written under a temporary name, so a full disk refuses
 * the document before anything changes; then the database commits, with its events; then the file is
 * renamed. So the database is never older than the file: a crash in between leaves an older file, repaired at the next start,
 * and a document is neither lost nor applied twice.
 */
import type { DesiredService, StateRef } from "../../schemas/service/desired.ts";
import type { AcceptedFiles } from "./accepted-files.ts";
import { type EventDraft, PROBE_BYTES, type ServiceMemory, type Store } from "./store.ts";

export interface FiledStoreParts {
  readonly store: Store;
  readonly files: AcceptedFiles;
  /** Called once the store is closed. */
  readonly onClosed: () => void;
}

/** Wraps `store`; only `accept`, `probe` and `close` do more than the wrapped store. */
export function filedStore({ store, files, onClosed }: FiledStoreParts): Store {
  const queue = oneAtATime();
  return {
    services: () => store.services(),
    accept: (...args) => queue(() => accept({ store, files }, ...args)),
    remember: (service, memory, events) => store.remember(service, memory, events),
    append: (events) => store.append(events),
    nextUndelivered: () => store.nextUndelivered(),
    markDelivered: (eventId) => store.markDelivered(eventId),
    undeliveredCount: () => store.undeliveredCount(),
    eventsAfter: (sequence, limit) => store.eventsAfter(sequence, limit),
    fact: (name) => store.fact(name),
    setFact: (name, value) => store.setFact(name, value),
    probe: async () => {
      await files.probe(PROBE_BYTES);
      await store.probe();
    },
    snapshot: (path) => store.snapshot(path),
    // After the last accept, so that its file is renamed before another agent can open the store.
    close: () => queue(() => store.close().finally(onClosed)),
  };
}

async function accept(
  { store, files }: Pick<FiledStoreParts, "store" | "files">,
  ...args: [document: DesiredService, ref: StateRef, memory: ServiceMemory, events: readonly EventDraft[]]
): Promise<void> {
  const staged = await files.stage(args[0]);
  try {
    await store.accept(...args);
  } catch (error) {
    await staged.discard();
    throw error;
  }
  await staged.commit();
}

// The files of two generations of one service must be renamed in the order in which they were committed.
function oneAtATime() {
  const tail = { promise: Promise.resolve() };
  return (task: () => Promise<void>): Promise<void> => {
    const run = tail.promise.then(task);
    tail.promise = run.catch(() => undefined); // the caller gets the rejection; the next task must still run
    return run;
  };
}
