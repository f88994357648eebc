/** Who changes are signed with. */
import { hostname, userInfo } from "node:os";

/** `user@workstation`, with the user that this process runs as; `uid-1000` where the system has no name for it. */
export function localAuthor(): string {
  return `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}`; // no entry in the user database, as in some containers
  }
}
