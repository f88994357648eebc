/**
 * Credentials with which a site's leaf server carries a node's messages to the hub, beside the key of the node's account. They
 * are made with the node's own at each enrollment, which shuts out all of the account that were made before.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readPrivateText } from "../../disk/private-path.ts";
import { replacePrivateText } from "../../disk/replace-text.ts";
import { ifThere } from "../../values/if-there.ts";
import { ACCOUNT_FOLDERS } from "./identity-keys.ts";

const bridgePath = (dir: string, node: string) => join(dir, ACCOUNT_FOLDERS.node, `${node}.bridge.creds`);

/** Undefined for a node that has none. @throws McpError E_CONFIG when the file is open to others */
export function readBridgeCreds(dir: string, node: string): Promise<string | undefined> {
  return ifThere(readPrivateText(bridgePath(dir, node)));
}

/** In place of those before. @throws McpError E_FILE */
export async function writeBridgeCreds(dir: string, node: string, creds: string): Promise<void> {
  await replacePrivateText(bridgePath(dir, node), creds, await readBridgeCreds(dir, node));
}

export async function removeBridgeCreds(dir: string, node: string): Promise<void> {
  await rm(bridgePath(dir, node), { force: true });
}
