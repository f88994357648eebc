/** Paths and requests that more than one file needs. */
import { McpError } from "../../../values/error.ts";
import type { PodmanRequest } from "./call.ts";
import type { PodmanLimits } from "./time-limits.ts";

const FULL_ID = /^[0-9a-f]{64}$/;

/** True for a full container id. No name has this form. */
export function isContainerId(text: string): boolean {
  return FULL_ID.test(text);
}

/**
 * Path of a container. Only full ids: podman also accepts the beginning of an id, so the name "db" could, once its
 * container is gone, match any container whose id begins with db.
 * @throws McpError E_BUG for anything else.
 */
export function containerPath(id: string, rest = ""): string {
  if (!isContainerId(id)) throw new McpError("E_BUG", `${JSON.stringify(id)} is not a full container id`);
  return `/containers/${id}${rest}`;
}

export function infoRequest(limits: PodmanLimits): PodmanRequest {
  return { what: "podman info", method: "GET", path: "/info", expect: [200], limitMs: limits.askMs };
}
