/**
 * Which versions of nats-server work. 2.10 is required; newer features are used if the server has them.
 */
import { McpError } from "../../values/error.ts";

type Version = readonly [major: number, minor: number, patch: number];

/** The first version of each maintained release line without the security faults known in 2026. Other lines get no fixes. */
const PATCHED_LINES: readonly Version[] = [
  [2, 12, 12],
  [2, 14, 3],
  [2, 15, 1],
];

function parseVersion(text: string): Version {
  const [major = 0, minor = 0, patch = 0] = (/^(\d+)\.(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
  return [major, minor, patch];
}

/** @throws McpError E_BUS_VERSION below 2.10. */
export function checkServerVersion(version: string): void {
  const [major, minor] = parseVersion(version);
  if (major > 2 || (major === 2 && minor >= 10)) return;
  throw new McpError("E_BUS_VERSION", `the bus runs nats-server ${version}, which is older than 2.10`);
}

/** True if a stream can acknowledge messages before it writes them to disk. */
export function canPersistLater(version: string): boolean {
  const [major, minor] = parseVersion(version);
  return major > 2 || (major === 2 && minor >= 12);
}

/** True if one direct get can return the newest messages of many subjects. */
export function hasDirectLists(version: string): boolean {
  const [major, minor] = parseVersion(version);
  return major > 2 || (major === 2 && minor >= 11);
}

/** A warning if the version lacks security fixes; otherwise undefined. */
export function versionWarning(version: string): string | undefined {
  const [major, minor, patch] = parseVersion(version);
  const newest = PATCHED_LINES[PATCHED_LINES.length - 1];
  const line = PATCHED_LINES.find((patched) => patched[0] === major && patched[1] === minor);
  const beyond = newest !== undefined && (major > newest[0] || (major === newest[0] && minor > newest[1]));
  if (beyond || (line !== undefined && patch >= line[2])) return undefined;
  const good = PATCHED_LINES.map((patched) => patched.join(".")).join(", ");
  return `nats-server ${version} lacks security fixes; use ${good} or later`;
}
