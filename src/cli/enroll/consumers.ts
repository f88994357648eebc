/**
 * A consumer of events: a durable consumer of the event stream, and an account that reaches it and nothing else. The durable
 * consumer is created first, so that the credentials never lead nowhere.
 */
import type { NewEventConsumer } from "../../bus/ports/operator-bus.ts";
import { parseCreds } from "../../trust/creds-file.ts";
import { consumerTenant } from "../../trust/enroll.ts";
import { decodeJwt } from "../../trust/jwt.ts";
import { hasCode, McpError } from "../../values/error.ts";
import { whileLocked } from "../identity/identity-lock.ts";
import { bundleTarget } from "./bundle-file.ts";
import { admit, type Enrollment, shutOut } from "./enrollment.ts";

export interface ConsumerRequest extends NewEventConsumer {
  /** False if none were given: a consumer that exists keeps its own. */
  readonly hasFilters: boolean;
  /** New credentials for a consumer that exists. */
  readonly renew: boolean;
  /** Path of the credentials file. */
  readonly out: string;
}

export interface AddedConsumer {
  readonly result: "created" | "renewed" | "updated" | "unchanged";
  readonly filters: readonly string[];
  readonly creds?: string;
}

/** @throws McpError E_CONFLICT if a viewer has the name or the credentials' path is taken, E_NOT_FOUND if there is nothing to renew */
export function addConsumer(enrollment: Enrollment, request: ConsumerRequest): Promise<AddedConsumer> {
  const { dir, bus } = enrollment;
  const { name, renew } = request;
  return whileLocked(dir.path, async () => {
    await refuseViewer(enrollment, name);
    const there = (await bus.listEventConsumers()).find((one) => one.name === name);
    const isAdmitted = there !== undefined && (await isKnown(enrollment, name));
    if (renew && !isAdmitted) throw nothingToRenew(name);
    const filters = there === undefined || request.hasFilters ? request.filters : there.filters;
    const isSame = there !== undefined && String([...there.filters].sort()) === String([...filters].sort());
    if (isAdmitted && !renew) {
      if (!isSame) await bus.putEventConsumer({ ...request, filters });
      return { result: isSame ? "unchanged" : "updated", filters };
    }
    const target = await bundleTarget(request.out, (text) => isCredsOf(name, text));
    if (!isSame) await bus.putEventConsumer({ ...request, filters });
    const { creds } = await admit(enrollment, "consumer", consumerTenant(name));
    await target.write(creds);
    return { result: renew ? "renewed" : "created", filters, creds: target.path };
  });
}

/** @throws McpError E_NOT_FOUND if neither bus nor directory knows it; as OperatorBus and AccountServer */
export function removeConsumer(enrollment: Enrollment, name: string): Promise<void> {
  const { dir, bus, nowMs } = enrollment;
  return whileLocked(dir.path, async () => {
    await refuseViewer(enrollment, name);
    const { hasKey } = await requireConsumer(enrollment, name);
    if (hasKey) await shutOut(enrollment, "consumer", consumerTenant(name));
    await bus.removeEventConsumer(name);
    await dir.retireAccountKey("consumer", name, new Date(nowMs));
  });
}

/** Whether the directory has a key of this consumer. @throws McpError E_NOT_FOUND if neither bus nor directory knows it */
export async function requireConsumer(
  { dir, bus }: Pick<Enrollment, "dir" | "bus">,
  name: string,
): Promise<{ readonly hasKey: boolean }> {
  const hasKey = (await dir.accountNames("consumer")).includes(name);
  if (hasKey || (await bus.listEventConsumers()).some((one) => one.name === name)) return { hasKey };
  throw new McpError("E_NOT_FOUND", `no consumer ${name}`, { hint: "`mcp consumer list` lists the consumers" });
}

/** True if the server has an account for it, so that somebody may have its credentials. */
async function isKnown({ dir, accounts }: Enrollment, name: string): Promise<boolean> {
  try {
    const { publicKey } = await dir.accountKey("consumer", name);
    return (await accounts.lookup(publicKey)) !== undefined;
  } catch (error) {
    if (hasCode(error, "E_NOT_FOUND")) return false;
    throw error;
  }
}

/** @throws McpError E_CONFLICT if a viewer has the name */
export async function refuseViewer({ dir }: Pick<Enrollment, "dir">, name: string): Promise<void> {
  if (!(await dir.accountNames("viewer")).includes(name)) return;
  throw new McpError("E_CONFLICT", `"${name}" is a viewer`, {
    hint: `choose another name, or remove the viewer: \`mcp operator remove ${name}\``,
  });
}

function nothingToRenew(name: string): McpError {
  return new McpError("E_NOT_FOUND", `no consumer ${name}, so there is nothing to renew`, {
    hint: "`mcp consumer list` lists the consumers",
  });
}

function isCredsOf(name: string, text: string): boolean {
  try {
    return decodeJwt(parseCreds(text).jwt ?? "").name === name;
  } catch {
    return false; // some other file
  }
}
