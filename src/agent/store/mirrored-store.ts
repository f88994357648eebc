/**
 * A store that also keeps each accepted document as a file. The file is written aside first, so a full disk refuses
 * the document before anything changed; then the database commits, with its events; then the file is renamed into its
 * place. So the database is never behind the file: a crash between leaves an older file, repaired at the next opening,
 * and a document is neither lost nor applied twice.
 */
import type { DesiredService, StateRef } from "../../schemas/service/desired.ts";
import type { AcceptedFiles } from "./accepted-files.ts";
import type { EventDraft, ServiceMemory, Store } from "./store.ts";

export interface FiledStoreParts {
  readonly store: Store;
  readonly files: AcceptedFiles;
  /** Called once the store is closed. */
  readonly onClosed: () => void;
}

/** Wraps `store`; everything but `accept` and `close` goes straight through. */
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
    snapshot: (path) => store.snapshot(path),
    // Behind the last accept, so that its file is in place before another agent may open the store.
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

// Two generations of one service must not rename their files in the other order than they were committed.
function oneAtATime() {
  const tail = { promise: Promise.resolve() };
  return (task: () => Promise<void>): Promise<void> => {
    const run = tail.promise.then(task);
    tail.promise = run.catch(() => undefined); // the caller has the rejection; the next task must still run
    return run;
  };
}
