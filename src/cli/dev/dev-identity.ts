/**
 * The identity of the trial set-up: created at the first start and kept, so that the next `mcp dev` finds its services.
 * A directory without one (of an earlier version) loses its bus and its node's store; definitions stay.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { writeOnce } from "../../disk/atomic-file.ts";
import { newOperator } from "../../trust/new-operator.ts";
import { hasCode } from "../../values/error.ts";
import { createIdentityDir, type IdentityDir, openIdentityDir } from "../identity/identity-dir.ts";

/** Name of the one operator. */
const OPERATOR = "dev";

/** Paths in the trial's directory. */
export const devIdentityPath = (dir: string) => join(dir, "identity");
export const devOperatorCreds = (dir: string) => join(dir, "operator.creds");

/** @param nodeStore directory of the agent's store @throws McpError E_CONFIG when the files are damaged */
export async function devIdentity(dir: string, url: string, nodeStore: string): Promise<IdentityDir> {
  const kept = await openIfThere(dir);
  const identity = kept ?? (await startOver(dir, url, nodeStore));
  if (identity.bus.servers[0] !== url) await identity.changeBus({ ...identity.bus, servers: [url] });
  return identity;
}

async function openIfThere(dir: string): Promise<IdentityDir | undefined> {
  try {
    return await openIdentityDir(devIdentityPath(dir));
  } catch (error) {
    if (hasCode(error, "E_NOT_FOUND")) return undefined;
    throw error;
  }
}

/** Old streams, and what the node has accepted, refer to keys that nobody has; the new bus could not change them. */
async function startOver(dir: string, url: string, nodeStore: string): Promise<IdentityDir> {
  for (const old of [join(dir, "nats"), `${devOperatorCreds(dir)}.pub`, devOperatorCreds(dir), nodeStore]) {
    await rm(old, { recursive: true, force: true });
  }
  const identity = await createIdentityDir(devIdentityPath(dir), { servers: [url] });
  const scope = { name: OPERATOR, role: "admin", nodes: ["*"], services: ["*"] } as const;
  const { publicKey, creds } = newOperator(scope, identity.identity);
  await writeOnce(devOperatorCreds(dir), creds);
  const issuedAt = new Date().toISOString();
  await identity.changeOperators((old) => [...old, { ...scope, publicKey, issuedAt }]);
  return identity;
}
