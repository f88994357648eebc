/**
 * A node removed: cut off first, then forgotten, its key put aside last. Until the key is aside the command can be typed
 * again, whatever the bus still knows.
 */
import type { NodeName } from "../../schemas/names.ts";
import { nodeTenant } from "../../trust/enrol.ts";
import { whileLocked } from "../identity/identity-lock.ts";
import { type Enrolment, shutOut } from "./enrolment.ts";

/** @throws McpError E_NOT_FOUND when its key is not here; as OperatorBus and AccountServer */
export async function removeNode(enrolment: Enrolment, node: NodeName): Promise<void> {
  const { dir, bus, nowMs } = enrolment;
  await whileLocked(dir.path, async () => {
    await shutOut(enrolment, "node", nodeTenant(node));
    await bus.removeNode(node);
    await bus.files(node).drop();
    await dir.retireAccountKey("node", node, new Date(nowMs));
  });
}
