/**
 * Containers listed for a pass that is likely to be asked for, while it is still found out whether it is: a node that is
 * told of a newer state lists while it reads and stores that state. A look is as good as the pass's own as long as
 * nothing happened since, so whatever else wakes the service makes it forgotten.
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
  readonly #looks = new Map<ServiceName, PrefetchedList>();
  #underWay = 0;

  /** @param most how many services are listed at the same time; more are left to their passes */
  constructor(list: (service: ServiceName) => Promise<readonly RuntimeContainer[]>, most: number) {
    this.#list = list;
    this.#most = most;
  }

  begin(service: ServiceName): void {
    if (this.#underWay >= this.#most) return;
    this.#underWay += 1;
    const look = this.#list(service)
      .catch(() => undefined) // the pass will hear of it when it looks itself
      .finally(() => {
        this.#underWay -= 1;
      });
    this.#looks.set(service, look);
  }

  forget(service: ServiceName): void {
    this.#looks.delete(service);
  }

  /** What was seen, once; undefined when there is nothing, or it did not work. */
  take(service: ServiceName): PrefetchedList | undefined {
    const look = this.#looks.get(service);
    this.#looks.delete(service);
    return look;
  }
}
