/**
 * A runtime whose adopted containers appear with our labels. Podman cannot add labels to a running container, so this
 * adds them to everything that is read. A container whose own labels belong to something else keeps those.
 */
import { LABEL } from "../../schemas/service/labels.ts";
import type { Runtime, RuntimeContainer } from "./runtime.ts";

type Labels = Readonly<Record<string, string>>;

interface Labeled {
  readonly labels: Labels;
}

type Lender = () => ReadonlyMap<string, Labels>;

/** @param lent labels by container id, called at each read */
export function withAdoptedLabels(runtime: Runtime, lent: Lender): Runtime {
  return { ...passedOn(runtime), ...reading(runtime, lent) };
}

type Reading = "list" | "listIds" | "describe" | "inspect" | "events";

function reading(runtime: Runtime, lent: Lender): Pick<Runtime, Reading> {
  const withLent = <T extends Labeled>(id: string, found: T): T => {
    const own = lent().get(id);
    return own === undefined || isAnothers(found.labels, own)
      ? found
      : { ...found, labels: { ...found.labels, ...own } };
  };
  const all = (found: readonly RuntimeContainer[]) => found.map((container) => withLent(container.id, container));
  return {
    list: async (labels, signal) => {
      const isEverything = Object.keys(labels).length === 0;
      const ids = isEverything ? [] : [...lent()].filter(([, own]) => has(own, labels)).map(([id]) => id);
      const [listed, adopted] = await Promise.all([
        runtime.list(labels, signal),
        ids.length === 0 ? [] : runtime.listIds(ids, signal),
      ]);
      const known = new Set(listed.map(({ id }) => id));
      const added = all(adopted).filter((container) => !known.has(container.id) && has(container.labels, labels));
      return [...all(listed), ...added];
    },
    listIds: async (ids, signal) => all(await runtime.listIds(ids, signal)),
    describe: async (id, signal) => {
      const found = await runtime.describe(id, signal);
      return found && withLent(id, found);
    },
    inspect: async (idOrName, signal) => {
      const found = await runtime.inspect(idOrName, signal);
      return found && withLent(found.id, found);
    },
    async *events(onOpen, signal) {
      for await (const event of runtime.events(onOpen, signal)) yield withLent(event.containerId, event);
    },
  };
}

function passedOn(runtime: Runtime): Omit<Runtime, Reading> {
  return {
    ping: (signal) => runtime.ping(signal),
    info: (signal) => runtime.info(signal),
    listImages: (signal) => runtime.listImages(signal),
    removeImage: (image, signal) => runtime.removeImage(image, signal),
    isAlive: (container, signal) => runtime.isAlive(container, signal),
    imageId: (image, signal) => runtime.imageId(image, signal),
    pull: (image, onProgress, signal) => runtime.pull(image, onProgress, signal),
    ensureNetwork: (name, signal) => runtime.ensureNetwork(name, signal),
    leaveNetwork: (id, network, signal) => runtime.leaveNetwork(id, network, signal),
    joinNetwork: (id, membership, signal) => runtime.joinNetwork(id, membership, signal),
    obstacles: (spec, signal) => runtime.obstacles(spec, signal),
    create: (container, signal) => runtime.create(container, signal),
    start: (id, signal) => runtime.start(id, signal),
    stop: (id, timeoutMs, signal) => runtime.stop(id, timeoutMs, signal),
    remove: (id, signal) => runtime.remove(id, signal),
    rename: (id, name, signal) => runtime.rename(id, name, signal),
    exec: (id, cmd, timeoutMs, signal) => runtime.exec(id, cmd, timeoutMs, signal),
    logs: (id, options, signal) => runtime.logs(id, options, signal),
    close: () => runtime.close(),
  };
}

function has(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** We made it for something else. An orphan of the same component may be adopted again. */
function isAnothers(labels: Labels, own: Labels): boolean {
  if (labels[LABEL.service] === undefined) return false;
  return [LABEL.service, LABEL.component, LABEL.node].some((key) => labels[key] !== own[key]);
}
