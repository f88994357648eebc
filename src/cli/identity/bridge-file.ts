/**
 * Credentials with which a site's leaf server carries a node's messages to the hub, stored next to the key of the node's
 * account. Each enrollment creates them together with the node's own, and revokes all older ones of the account.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readPrivateText } from "../../disk/private-path.ts";
import { replacePrivateText } from "../../disk/replace-text.ts";
import { ifThere } from "../../values/if-there.ts";
import { ACCOUNT_FOLDERS } from "./identity-keys.ts";

const bridgePath = (dir: string, node: string) => join(dir, ACCOUNT_FOLDERS.node, `${node}.bridge.creds`);

/** Undefined if the node has none. @throws McpError E_CONFIG if others may access the file */
export function readBridgeCreds(dir: string, node: string): Promise<string | undefined> {
  return ifThere(readPrivateText(bridgePath(dir, node)));
}

/** Replaces the old ones. @throws McpError E_FILE */
export async function writeBridgeCreds(dir: string, node: string, creds: string): Promise<void> {
  await replacePrivateText(bridgePath(dir, node), creds, await readBridgeCreds(dir, node));
}

export async function removeBridgeCreds(dir: string, node: string): Promise<void> {
  await rm(bridgePath(dir, node), { force: true });
}
