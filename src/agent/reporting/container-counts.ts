/**
 * Which containers there are on this node: ours, and those that nobody declared (foreign ones, and ours of services
 * that were never accepted). Counted at each sweep and updated by the runtime's events meanwhile, so that presence
 * tells it and nobody has to ask a thousand nodes whether there is anything to see.
 */
import { LABEL } from "../../schemas/service/labels.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { RuntimeContainer, RuntimeEvent } from "../runtime/runtime.ts";

export interface ContainerCountPorts {
  readonly node: NodeName;
  isAccepted(service: ServiceName): boolean;
  /** There are more or fewer that nobody declared. */
  onUndeclared(): void;
}

export interface Counts {
  readonly containers: number;
  /** Absent before everything was listed once. */
  readonly undeclared?: number;
}

export interface ContainerCounts {
  /** These, and no others, are there. */
  listed(containers: readonly RuntimeContainer[]): void;
  happened(event: RuntimeEvent): void;
  counts(): Counts;
}

export function createContainerCounts({ node, isAccepted, onUndeclared }: ContainerCountPorts): ContainerCounts {
  /** By id the service of ours that it belongs to, or undefined. */
  const owners = new Map<string, ServiceName | undefined>();
  const state: { listed: boolean; told: number | undefined } = { listed: false, told: undefined };
  const add = (id: string, labels: RuntimeContainer["labels"]) =>
    owners.set(id, labels[LABEL.node] === node ? labels[LABEL.service] : undefined);
  const undeclared = () => [...owners.values()].filter((owner) => owner === undefined || !isAccepted(owner)).length;
  const look = () => {
    const now = undeclared();
    if (!state.listed || now === state.told) return;
    state.told = now;
    onUndeclared();
  };
  return {
    listed: (containers) => {
      owners.clear();
      for (const { id, labels } of containers) add(id, labels);
      state.listed = true;
      look();
    },
    happened: ({ kind, containerId, labels }) => {
      if (kind === "created") add(containerId, labels);
      if (kind === "removed") owners.delete(containerId);
      if (kind === "created" || kind === "removed") look();
    },
    counts: () => ({
      containers: [...owners.values()].filter((owner) => owner !== undefined).length,
      ...present({ undeclared: state.listed ? undeclared() : undefined }),
    }),
  };
}
