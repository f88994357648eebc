/** Containers as a node's runtime has them at the moment of the answer: what runs, how it was made, what it uses. */
import type { ComponentName, ServiceName } from "../../values/names.ts";
import type { ContainerState, HealthState } from "../service/observed.ts";
import type { ComponentSpec } from "../service/spec.ts";

export interface LiveContainer {
  readonly id: string;
  readonly name: string;
  /** Absent for containers that are not ours. */
  readonly service?: ServiceName;
  readonly component?: ComponentName;
  readonly image: string;
  readonly state: ContainerState;
  readonly startedAt?: string;
  readonly exitCode?: number;
  readonly health?: HealthState;
}

/** Something that a container has and that no definition can say: what replaces it will not have it. */
export interface Unsaid {
  readonly field: string;
  readonly value: string;
}

/** A container in the words of a spec, whoever made it. */
export interface DescribedContainer {
  readonly id: string;
  readonly name: string;
  /** The runtime's own text of the start time: equal text means not restarted since. */
  readonly startedAt: string;
  readonly spec: Omit<ComponentSpec, "name">;
  readonly unsaid: readonly Unsaid[];
  /** Where the spec says it in other words than whoever started the container. */
  readonly remarks: readonly string[];
  /** Why it cannot be adopted. */
  readonly refusal?: string;
}

/** What the processes of a container use. */
export interface ProcessUsage {
  /** Processor time since they were started, user and system, those that have ended included. */
  readonly cpuMs: number;
  /** Resident; what several processes share is counted for each. */
  readonly memoryBytes: number;
  readonly processes: number;
}

export interface UsedContainer extends LiveContainer {
  /** Absent for what does not run, and where the system does not tell. */
  readonly usage?: ProcessUsage;
}

export interface MachineUsage {
  /** When it was measured, on a clock of the agent's own that nobody sets: only differences mean something. */
  readonly atMs: number;
  readonly cpus: number;
  readonly load1: number;
  readonly memoryBytes: number;
  readonly memoryFreeBytes: number;
}

/** A container with our labels that no accepted state of the node wants, or what is left of one that was retired. */
export interface OrphanContainer extends LiveContainer {
  readonly service: ServiceName;
  /** Why nobody wants it, for people. */
  readonly reason: string;
}

/** An image on a node. */
export interface NodeImage {
  readonly id: string;
  /** Names with tags; none where another image took its tag. */
  readonly references: readonly string[];
  /** Names with digests. */
  readonly digests: readonly string[];
  /** Layers that it shares with others included. */
  readonly sizeBytes: number;
  /** Names of the containers that were made from it. */
  readonly usedBy: readonly string[];
}
