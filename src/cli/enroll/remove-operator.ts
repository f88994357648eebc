/**
 * Removes an operator. Nodes refuse what they sign once the revocation list is on the bus; the server closes their
 * connection when it gets the new account; their record is changed last. Each step can be repeated.
 */
import type { OperatorRecord } from "../../schemas/settings/identity-file.ts";
import { viewerTenant } from "../../trust/enroll.ts";
import { McpError } from "../../values/error.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import { type Enrollment, shutOut } from "./enrollment.ts";
import { revoke } from "./revoke.ts";

/** @returns the records that were valid. @throws McpError E_NOT_FOUND; as OperatorBus and AccountServer */
export async function removeOperator(enrollment: Enrollment, name: string): Promise<readonly OperatorRecord[]> {
  const records = await requireOperator(enrollment.dir, name);
  await retireRecords(enrollment, records);
  return records;
}

/** The records of an operator that are not removed. @throws McpError E_NOT_FOUND when there is none */
export async function requireOperator(dir: IdentityDir, name: string): Promise<readonly OperatorRecord[]> {
  const records = (await dir.operators()).filter((one) => one.name === name && one.removedAt === undefined);
  if (records.length > 0) return records;
  throw new McpError("E_NOT_FOUND", `no operator ${name}`, { hint: "`mcp operator list` lists the operators" });
}

interface RetireOptions {
  /** True for a record whose account is still in use. */
  keepAccountOf?(record: OperatorRecord): boolean;
}

/** Revokes the credentials of these records, and marks the records as removed. */
export async function retireRecords(
  enrollment: Enrollment,
  records: readonly OperatorRecord[],
  { keepAccountOf = () => false }: RetireOptions = {},
): Promise<void> {
  if (records.length === 0) return;
  const { dir, nowMs } = enrollment;
  const viewers = records.filter((one) => one.role === "viewer" && !keepAccountOf(one));
  for (const { name } of viewers) await closeViewer(enrollment, name);
  const operators = records.filter(({ role }) => role !== "viewer");
  if (operators.length > 0) await revoke(enrollment, operators);
  const keys = new Set(records.map(({ publicKey }) => publicKey));
  const removedAt = new Date(nowMs).toISOString();
  await dir.changeOperators((all) =>
    all.map((one) => (keys.has(one.publicKey) && one.removedAt === undefined ? { ...one, removedAt } : one)),
  );
}

/** If the key is retired already, an interrupted command has closed the account. */
async function closeViewer(enrollment: Enrollment, name: string): Promise<void> {
  const { dir, bus, nowMs } = enrollment;
  if ((await dir.accountNames("viewer")).includes(name)) await shutOut(enrollment, "viewer", viewerTenant(name));
  await bus.removeEventConsumer(name);
  await dir.retireAccountKey("viewer", name, new Date(nowMs));
}

/** True while the credentials are valid: not removed and not expired. */
export function isPresent({ removedAt, expiresAt }: OperatorRecord, nowMs: number): boolean {
  return removedAt === undefined && (expiresAt === undefined || Date.parse(expiresAt) > nowMs);
}
