/** Containers of a node's runtime at the moment of the answer: state, spec and usage. */
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

/** A setting of a container that a definition cannot express; a replacement will not have it. */
export interface UnsupportedSetting {
  readonly field: string;
  readonly value: string;
}

/** A container described as a spec, also if it is not ours. */
export interface DescribedContainer {
  readonly id: string;
  readonly name: string;
  /** The runtime's own text of the start time: equal text means not restarted since. */
  readonly startedAt: string;
  readonly spec: Omit<ComponentSpec, "name">;
  readonly unsaid: readonly UnsupportedSetting[];
  /** Settings that the spec writes in another way than the command that started the container. */
  readonly remarks: readonly string[];
  /** Why it cannot be adopted. */
  readonly refusal?: string;
}

/** Resource usage of the processes of a container. */
export interface ProcessUsage {
  /** Processor time since the start, user and system, including processes that have ended. */
  readonly cpuMs: number;
  /** Resident memory; memory that processes share is counted for each of them. */
  readonly memoryBytes: number;
  readonly processes: number;
}

export interface UsedContainer extends LiveContainer {
  /** Absent if the container is not running or the system does not report it. */
  readonly usage?: ProcessUsage;
}

export interface MachineUsage {
  /** When it was measured, on the agent's monotonic clock: only differences have a meaning. */
  readonly atMs: number;
  readonly cpus: number;
  readonly load1: number;
  readonly memoryBytes: number;
  readonly memoryFreeBytes: number;
}

/** A container with our labels that no accepted state of the node contains, or a rest of a removed service. */
export interface OrphanContainer extends LiveContainer {
  readonly service: ServiceName;
  /** Why it is an orphan, for people. */
  readonly reason: string;
}

/** An image on a node. */
export interface NodeImage {
  readonly id: string;
  /** Names with tags; empty if another image has its tag now. */
  readonly references: readonly string[];
  /** Names with digests. */
  readonly digests: readonly string[];
  /** Including layers that it shares with others. */
  readonly sizeBytes: number;
  /** Names of the containers that use it. */
  readonly usedBy: readonly string[];
}
