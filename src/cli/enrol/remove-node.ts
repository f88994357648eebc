/**
 * A node removed: cut off first, then forgotten, its key put aside last. Until the key is aside the command can be typed
 * again, whatever the bus still knows.
 */
import type { SiteRecord } from "../../schemas/settings/identity-file.ts";
import { nodeTenant } from "../../trust/enrol.ts";
import type { NodeName } from "../../values/names.ts";
import { whileLocked } from "../identity/identity-lock.ts";
import { closeAccount, type Enrolment } from "./enrolment.ts";
import { leaveSite } from "./sites.ts";

/**
 * @param account that its record names; closed as well when its key is not the one that is here
 * @returns the site whose leaf server carried it, where one did, as it was
 * @throws McpError as OperatorBus and AccountServer
 */
export async function removeNode(
  enrolment: Enrolment,
  node: NodeName,
  account: string | undefined,
): Promise<SiteRecord | undefined> {
  const { dir, bus, nowMs } = enrolment;
  await whileLocked(dir.path, async () => {
    const isHere = (await dir.accountNames("node")).includes(node);
    const key = isHere ? (await dir.accountKey("node", node)).publicKey : undefined;
    for (const publicKey of new Set([key, account])) {
      if (publicKey !== undefined) await closeAccount(enrolment, publicKey, nodeTenant(node));
    }
    await bus.removeNode(node);
    await bus.files(node).drop();
    await dir.retireAccountKey("node", node, new Date(nowMs));
  });
  return await leaveSite(dir, node);
}
