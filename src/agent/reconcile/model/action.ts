/**
 * The repairs a plan can ask for; apply.ts maps an executor over every kind, so a new one does not compile until it
 * can be done. A plan is data: made by plan.ts, carried out in dependency order.
 */

import type { ComponentSpec } from "../../../schemas/service/spec.ts";
import type { ComponentName, ServiceName } from "../../../values/names.ts";
import type { RuntimeContainer } from "../../runtime/runtime.ts";

interface ActionBase {
  readonly component: ComponentName;
  /** True: repairs drift (counted, and limited by the drift policy). False: carries out a new generation. */
  readonly repairs: boolean;
  /** Actions of a lower order are finished before those of a higher one begin. */
  readonly order: number;
}

/**
 * Brings up the container of `spec` next to or instead of `old`. Continues with an unfinished `candidate`, if any. When it is up,
 * `old` and `superseded` are removed.
 */
export interface RolloutAction extends ActionBase {
  readonly kind: "rollout";
  readonly spec: ComponentSpec;
  readonly old?: RuntimeContainer;
  readonly candidate?: RuntimeContainer;
  /** Replaces `old` only if its image, pulled again, is another one now. */
  readonly ifImageMoved?: true;
  /** What earlier replacements left: not worth restoring, but kept until the new container is up. */
  readonly superseded: readonly RuntimeContainer[];
  /** Containers of other components that hold a host port or volume that this one needs: stopped before it starts. */
  readonly inTheWay: readonly RuntimeContainer[];
  /** Components whose rollout frees a host port that this one needs. */
  readonly waitsFor: readonly ComponentName[];
  /** It and others take over each other's host ports: they are replaced together or not at all. */
  readonly exchange?: Exchange;
}

export interface Exchange {
  readonly parties: readonly Party[];
  /** In each service those of a lower rank come up first. */
  readonly rank: number;
}

/** One of those that exchange host ports, with the hash of the spec that it gets. */
export interface Party {
  readonly service: ServiceName;
  readonly component: ComponentName;
  readonly spec: string;
}

export interface StartAction extends ActionBase {
  readonly kind: "start";
  readonly container: RuntimeContainer;
  /** The spec that the container was made from; set when the start must be verified as for a new container. */
  readonly spec?: ComponentSpec;
}

export interface RestartAction extends ActionBase {
  readonly kind: "restart";
  readonly container: RuntimeContainer;
  readonly stopTimeoutMs: number;
}

export interface StopAction extends ActionBase {
  readonly kind: "stop";
  readonly container: RuntimeContainer;
  readonly stopTimeoutMs: number;
}

export interface RemoveAction extends ActionBase {
  readonly kind: "remove";
  readonly container: RuntimeContainer;
  readonly stopTimeoutMs: number;
}

export interface RenameAction extends ActionBase {
  readonly kind: "rename";
  readonly container: RuntimeContainer;
  readonly name: string;
}

export type Action = RolloutAction | StartAction | RestartAction | StopAction | RemoveAction | RenameAction;
export type ActionKind = Action["kind"];
