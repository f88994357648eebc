/**
 * Counts the containers of this node: ours, and undeclared ones (foreign ones, and ours of services
 * that were never accepted). Counted at each sweep and updated by the runtime's events in between, so that presence
 * contains the counts and nobody has to ask a thousand nodes.
 */
import { LABEL } from "../../schemas/service/labels.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { RuntimeContainer, RuntimeEvent } from "../runtime/runtime.ts";

export interface ContainerCountPorts {
  readonly node: NodeName;
  isAccepted(service: ServiceName): boolean;
  /** The number of undeclared containers has changed. */
  onUndeclared(): void;
}

export interface Counts {
  readonly containers: number;
  /** Absent until all containers have been listed once. */
  readonly undeclared?: number;
}

export interface ContainerCounts {
  /** These are all containers of the node. */
  listed(containers: readonly RuntimeContainer[]): void;
  happened(event: RuntimeEvent): void;
  counts(): Counts;
}

export function createContainerCounts({ node, isAccepted, onUndeclared }: ContainerCountPorts): ContainerCounts {
  /** The service of each container, by container id; undefined for a foreign one. */
  const owners = new Map<string, ServiceName | undefined>();
  const state: { listed: boolean; reported: number | undefined } = { listed: false, reported: undefined };
  const add = (id: string, labels: RuntimeContainer["labels"]) =>
    owners.set(id, labels[LABEL.node] === node ? labels[LABEL.service] : undefined);
  const undeclared = () => [...owners.values()].filter((owner) => owner === undefined || !isAccepted(owner)).length;
  const reportChange = () => {
    const now = undeclared();
    if (!state.listed || now === state.reported) return;
    state.reported = now;
    onUndeclared();
  };
  return {
    listed: (containers) => {
      owners.clear();
      for (const { id, labels } of containers) add(id, labels);
      state.listed = true;
      reportChange();
    },
    happened: ({ kind, containerId, labels }) => {
      if (kind === "created") add(containerId, labels);
      if (kind === "removed") owners.delete(containerId);
      if (kind === "created" || kind === "removed") reportChange();
    },
    counts: () => ({
      containers: [...owners.values()].filter((owner) => owner !== undefined).length,
      ...present({ undeclared: state.listed ? undeclared() : undefined }),
    }),
  };
}
