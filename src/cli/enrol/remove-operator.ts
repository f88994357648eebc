/**
 * Removes an operator. Nodes refuse what they sign once the revocation list is on the bus; the server closes their
 * connection when it gets the new account; their record is changed last. Each step can be repeated.
 */
import type { OperatorRecord } from "../../schemas/settings/identity-file.ts";
import { viewerTenant } from "../../trust/enrol.ts";
import { McpError } from "../../values/error.ts";
import { type Enrolment, shutOut } from "./enrolment.ts";
import { revoke } from "./revoke.ts";

/** @returns the records that were valid. @throws McpError E_NOT_FOUND; as OperatorBus and AccountServer */
export async function removeOperator(enrolment: Enrolment, name: string): Promise<readonly OperatorRecord[]> {
  const records = (await enrolment.dir.operators()).filter((one) => one.name === name && one.removedAt === undefined);
  if (records.length === 0) {
    throw new McpError("E_NOT_FOUND", `no operator ${name}`, { hint: "`mcp operator list` lists the operators" });
  }
  await retireRecords(enrolment, records);
  return records;
}

interface RetireOptions {
  /** True for a record whose account is still in use. */
  keepAccountOf?(record: OperatorRecord): boolean;
}

/** Revokes the credentials of these records, and marks the records as removed. */
export async function retireRecords(
  enrolment: Enrolment,
  records: readonly OperatorRecord[],
  { keepAccountOf = () => false }: RetireOptions = {},
): Promise<void> {
  if (records.length === 0) return;
  const { dir, nowMs } = enrolment;
  const viewers = records.filter((one) => one.role === "viewer" && !keepAccountOf(one));
  for (const { name } of viewers) await closeViewer(enrolment, name);
  const operators = records.filter(({ role }) => role !== "viewer");
  if (operators.length > 0) await revoke(enrolment, operators);
  const keys = new Set(records.map(({ publicKey }) => publicKey));
  const removedAt = new Date(nowMs).toISOString();
  await dir.changeOperators((all) =>
    all.map((one) => (keys.has(one.publicKey) && one.removedAt === undefined ? { ...one, removedAt } : one)),
  );
}

/** If the key is retired already, an interrupted command has closed the account. */
async function closeViewer(enrolment: Enrolment, name: string): Promise<void> {
  const { dir, bus, nowMs } = enrolment;
  if ((await dir.accountNames("viewer")).includes(name)) await shutOut(enrolment, "viewer", viewerTenant(name));
  await bus.removeEventConsumer(name);
  await dir.retireAccountKey("viewer", name, new Date(nowMs));
}

/** True while the credentials are valid: not removed and not expired. */
export function isPresent({ removedAt, expiresAt }: OperatorRecord, nowMs: number): boolean {
  return removedAt === undefined && (expiresAt === undefined || Date.parse(expiresAt) > nowMs);
}
