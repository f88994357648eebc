/** Checks, before anything is created, that an ordinary user can run rootless containers. */
import { readFile } from "node:fs/promises";
import { McpError } from "../../../values/error.ts";
import { chooseStart, parseRanges, SUBORDINATE_COUNT } from "./subordinate-ids.ts";

export interface UserFacts {
  readonly username: string;
  readonly uid: number;
}

export interface IdFiles {
  readonly subuid: string;
  readonly subgid: string;
}

const SYSTEM: IdFiles = { subuid: "/etc/subuid", subgid: "/etc/subgid" };

/** @throws McpError E_UNSUPPORTED when the user has no subordinate user or group ids */
export async function requireSubordinateIds({ username, uid }: UserFacts, files: IdFiles = SYSTEM): Promise<void> {
  const read = async (path: string) => parseRanges(await readFile(path, "utf8").catch(() => ""));
  const [users, groups] = [await read(files.subuid), await read(files.subgid)];
  const isOwn = ({ owner }: { readonly owner: string }) => owner === username || owner === String(uid);
  if (users.some(isOwn) && groups.some(isOwn)) return;
  const start = chooseStart(uid, [...users, ...groups]);
  const range = `${start}-${start + SUBORDINATE_COUNT - 1}`;
  throw new McpError("E_UNSUPPORTED", `user ${username} has no subordinate ids, which rootless podman needs`, {
    hint: `sudo usermod --add-subuids ${range} --add-subgids ${range} ${username}`,
  });
}
