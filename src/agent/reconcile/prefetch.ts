/**
 * Lists the containers of a service for a pass that will probably follow: when a newer desired state is announced, this
 * happens while that state is read and stored. The list is valid as long as nothing happens, so anything
 * else that wakes the service discards it.
 */
import { LABEL } from "../../schemas/service/labels.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import type { Runtime, RuntimeContainer } from "../runtime/runtime.ts";

interface ListPorts {
  readonly runtime: Pick<Runtime, "list">;
  readonly node: NodeName;
}

/** The containers of one service on this node. */
export function listService({ runtime, node }: ListPorts, service: ServiceName, signal: AbortSignal) {
  return runtime.list({ [LABEL.service]: service, [LABEL.node]: node }, signal);
}

export type PrefetchedList = Promise<readonly RuntimeContainer[] | undefined>;

export class Prefetch {
  readonly #list: (service: ServiceName) => Promise<readonly RuntimeContainer[]>;
  readonly #most: number;
  readonly #lists = new Map<ServiceName, PrefetchedList>();
  #underWay = 0;

  /** @param most how many services are listed at the same time; the others are listed by their passes */
  constructor(list: (service: ServiceName) => Promise<readonly RuntimeContainer[]>, most: number) {
    this.#list = list;
    this.#most = most;
  }

  begin(service: ServiceName): void {
    if (this.#underWay >= this.#most) return;
    this.#underWay += 1;
    const list = this.#list(service)
      .catch(() => undefined) // the pass gets the error when it lists for itself
      .finally(() => {
        this.#underWay -= 1;
      });
    this.#lists.set(service, list);
  }

  forget(service: ServiceName): void {
    this.#lists.delete(service);
  }

  /** The list, once; undefined when there is none or listing failed. */
  take(service: ServiceName): PrefetchedList | undefined {
    const list = this.#lists.get(service);
    this.#lists.delete(service);
    return list;
  }
}
