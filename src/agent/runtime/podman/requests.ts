/** Paths and requests that more than one file needs. */
import { McpError } from "../../../values/error.ts";
import type { LogOptions } from "../runtime.ts";
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

export function logsRequest(id: string, { follow, tail, sinceMs }: LogOptions, limits: PodmanLimits): PodmanRequest {
  const query = {
    stdout: "true",
    stderr: "true",
    timestamps: "true",
    follow: String(follow),
    ...(tail === undefined ? {} : { tail: String(tail) }),
    ...(sinceMs === undefined ? {} : { since: new Date(sinceMs).toISOString() }),
  };
  // A container may be silent for any time: only the signal ends a follower.
  const limitMs = follow ? 0 : limits.askMs;
  return { what: "podman logs", method: "GET", path: containerPath(id, "/logs"), query, expect: [200], limitMs };
}
