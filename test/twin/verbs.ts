/**
 * What every verb of a port does. The compiler asks for a new verb's line here, so that no kill point and no failure of a
 * twin can be forgotten.
 */
import type { Runtime } from "../../src/agent/runtime/runtime.ts";
import type { AcceptedFiles } from "../../src/agent/store/accepted-files.ts";
import type { Store } from "../../src/agent/store/store.ts";
import type { NodeBus } from "../../src/bus/ports/node-bus.ts";
import type { StagedFile } from "../../src/disk/atomic-file.ts";

/** `changes` something outside the agent · only `reads` · `follows` until it is ended · `ends` or opens the port itself. */
export type Nature = "changes" | "reads" | "follows" | "local";

export const RUNTIME_VERBS = {
  ping: "reads",
  info: "reads",
  list: "reads",
  listIds: "reads",
  describe: "reads",
  inspect: "reads",
  isAlive: "reads",
  imageId: "reads",
  listImages: "reads",
  removeImage: "changes",
  pull: "changes",
  ensureNetwork: "changes",
  leaveNetwork: "changes",
  joinNetwork: "changes",
  obstacles: "reads",
  create: "changes",
  start: "changes",
  stop: "changes",
  remove: "changes",
  rename: "changes",
  exec: "changes",
  logs: "follows",
  events: "follows",
  close: "local",
} as const satisfies Record<keyof Runtime, Nature>;

export const STORE_VERBS = {
  services: "reads",
  accept: "changes",
  remember: "changes",
  append: "changes",
  nextUndelivered: "reads",
  markDelivered: "changes",
  undeliveredCount: "reads",
  eventsAfter: "reads",
  fact: "reads",
  setFact: "changes",
  probe: "reads",
  snapshot: "changes",
  close: "local",
} as const satisfies Record<keyof Store, Nature>;

export const BUS_VERBS = {
  isConnected: "local",
  onConnect: "local",
  onDisconnect: "local",
  readIndex: "reads",
  readDesired: "reads",
  onWake: "local",
  readRevocations: "reads",
  onTrust: "local",
  serverTime: "reads",
  putObserved: "changes",
  putPresence: "changes",
  publishEvent: "changes",
  serve: "local",
  files: "local",
  close: "local",
} as const satisfies Record<keyof NodeBus, Nature>;

/** The accepted documents as files next to the store, and one that is written but has no name yet. */
export const ACCEPTED_FILE_VERBS = {
  stage: "changes",
  write: "changes",
  readAll: "reads",
  probe: "reads",
} as const satisfies Record<keyof AcceptedFiles, Nature>;

export const STAGED_FILE_VERBS = {
  commit: "changes",
  discard: "changes",
} as const satisfies Record<keyof StagedFile, Nature>;

type Verbs = Readonly<Record<string, Nature>>;

type VerbsThat<T extends Verbs, N extends Nature> = {
  [K in keyof T]: T[K] extends N ? K : never;
}[keyof T] &
  string;

/** The verbs of these natures. */
export function verbsThat<T extends Verbs, N extends Nature>(verbs: T, ...natures: readonly N[]): VerbsThat<T, N>[] {
  const isWanted = (verb: string) => natures.some((nature) => nature === verbs[verb]);
  return Object.keys(verbs).filter(isWanted) as VerbsThat<T, N>[];
}
