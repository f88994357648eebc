/**
 * Removes a node: closes its account, then removes its record, and retires its key last. Until then the command can be run
 * again.
 */
import type { SiteRecord } from "../../schemas/settings/identity-file.ts";
import { nodeTenant } from "../../trust/enroll.ts";
import type { NodeName } from "../../values/names.ts";
import { whileLocked } from "../identity/identity-lock.ts";
import { closeAccount, type Enrollment } from "./enrollment.ts";
import { leaveSite } from "./sites.ts";

/**
 * @param account public key in its record; closed too if it differs from the key that is here
 * @returns its site as it was before, if it had one
 * @throws McpError as OperatorBus and AccountServer
 */
export async function removeNode(
  enrollment: Enrollment,
  node: NodeName,
  account: string | undefined,
): Promise<SiteRecord | undefined> {
  const { dir, bus, nowMs } = enrollment;
  await whileLocked(dir.path, async () => {
    const isHere = (await dir.accountNames("node")).includes(node);
    const key = isHere ? (await dir.accountKey("node", node)).publicKey : undefined;
    for (const publicKey of new Set([key, account])) {
      if (publicKey !== undefined) await closeAccount(enrollment, publicKey, nodeTenant(node));
    }
    await bus.removeNode(node);
    await bus.files(node).drop();
    await dir.retireAccountKey("node", node, new Date(nowMs));
  });
  return await leaveSite(dir, node);
}
