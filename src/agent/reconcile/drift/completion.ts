/** When a stopped container is not drift: its restart policy allows it to end. Pure. */
import type { ContainerState } from "../../../schemas/service/observed.ts";
import type { RestartSpec } from "../../../schemas/service/spec.ts";

interface EndedContainer {
  readonly state: ContainerState;
  readonly exitCode?: number;
  readonly restarts?: number;
}

/** The container has finished: it ended with code 0 and its policy does not restart it then. */
export function isCompleted(restart: RestartSpec, container: EndedContainer): boolean {
  return container.state === "exited" && container.exitCode === 0 && ["no", "on-failure"].includes(restart.policy);
}

/** The container failed and its policy allows no further start: degraded, not repaired. */
export function isExhausted(restart: RestartSpec, container: EndedContainer): boolean {
  if (container.state !== "exited" || container.exitCode === 0) return false;
  if (restart.policy === "no") return true;
  return (
    restart.policy === "on-failure" && restart.retries !== undefined && (container.restarts ?? 0) >= restart.retries
  );
}
