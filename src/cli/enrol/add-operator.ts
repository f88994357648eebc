/**
 * Break-glass credentials of an operator: those that work while nobody can log in. He is written down before he gets them,
 * so that nobody holds what no record names; renewed, the old ones are revoked only when the new ones are there.
 */

import type { OperatorBundle } from "../../schemas/bundle.ts";
import { operatorBundleCodec } from "../../schemas/codec.ts";
import { McpError } from "../../schemas/error.ts";
import type { OperatorRecord } from "../../schemas/identity-file.ts";
import { present } from "../../schemas/present.ts";
import { eventFilter } from "../../schemas/subjects.ts";
import { parseCreds } from "../../trust/creds-file.ts";
import { viewerTenant } from "../../trust/enrol.ts";
import { newOperator } from "../../trust/new-operator.ts";
import type { Role } from "../../trust/operator-claims.ts";
import { bundleTarget } from "./bundle-file.ts";
import { busOf, trustOf } from "./bundle-parts.ts";
import { admit, type Enrolment } from "./enrolment.ts";
import { isPresent, retireRecords } from "./remove-operator.ts";

export interface OperatorWish {
  readonly name: string;
  readonly role: Role;
  readonly nodes: readonly string[];
  readonly services: readonly string[];
  /** Unix milliseconds. */
  readonly expiresAtMs?: number;
  /** New credentials for one who is there. */
  readonly renew: boolean;
  /** Path of the bundle. */
  readonly out: string;
}

export interface AddedOperator {
  readonly record: OperatorRecord;
  readonly bundle: string;
}

/** @throws McpError E_CONFLICT when he is there already, or the bundle's place is taken; E_NOT_FOUND to renew nobody */
export async function addOperator(enrolment: Enrolment, wish: OperatorWish): Promise<AddedOperator> {
  const { dir } = enrolment;
  const old = (await dir.operators()).filter((one) => one.name === wish.name && isPresent(one, enrolment.nowMs));
  if (wish.renew !== old.length > 0) throw wish.renew ? nobody(wish.name) : isThere(wish.name);
  if (wish.role === "viewer") await refuseConsumer(enrolment, wish.name);
  const target = await bundleTarget(wish.out, (text) => isBundleOf(wish.name, text));
  const { record, creds } = await written(enrolment, wish, old);
  const facts = { version: 1, kind: "operator", name: wish.name, bus: busOf(dir), creds, trust: trustOf(dir) } as const;
  await target.write(`${Buffer.from(operatorBundleCodec.encode(facts satisfies OperatorBundle)).toString()}\n`);
  // A viewer's old credentials were shut out as the new ones were made.
  const isSameAccount = (one: OperatorRecord) => one.role === "viewer" && wish.role === "viewer";
  await retireRecords(enrolment, old, { keepAccountOf: isSameAccount });
  return { record, bundle: target.path };
}

/** Makes the credentials and writes the record down while nobody else does. */
async function written(enrolment: Enrolment, wish: OperatorWish, old: readonly OperatorRecord[]) {
  const known = new Set(old.map(({ publicKey }) => publicKey));
  const made: { record?: OperatorRecord; creds?: string } = {};
  await enrolment.dir.changeOperators(async (all) => {
    const isOther = (one: OperatorRecord) => one.name === wish.name && !known.has(one.publicKey);
    if (all.some((one) => isOther(one) && isPresent(one, enrolment.nowMs))) throw isThere(wish.name); // was faster
    const { publicKey, creds } = await credentials(enrolment, wish);
    Object.assign(made, { record: recordOf(enrolment, wish, publicKey), creds });
    return made.record === undefined ? all : [...all, made.record];
  });
  const { record, creds } = made;
  if (record === undefined || creds === undefined) throw isThere(wish.name);
  return { record, creds };
}

interface Credentials {
  readonly publicKey: string;
  readonly creds: string;
}

async function credentials(enrolment: Enrolment, wish: OperatorWish): Promise<Credentials> {
  const { dir, nowMs, bus } = enrolment;
  const { name, role, expiresAtMs } = wish;
  const expires = expiresAtMs === undefined ? {} : { expiresAtS: Math.floor(expiresAtMs / 1000) };
  if (role !== "viewer") {
    const facts = { ...wish, role, issuedAtS: Math.floor(nowMs / 1000), ...expires };
    return newOperator(facts, dir.identity);
  }
  const { creds } = await admit(enrolment, "viewer", { ...viewerTenant(name), ...expires });
  await bus.putEventConsumer({ name, filters: [eventFilter({})] });
  return { creds, publicKey: parseCreds(creds).key.publicKey };
}

function recordOf({ nowMs }: Enrolment, wish: OperatorWish, publicKey: string): OperatorRecord {
  const { name, role, nodes, services, expiresAtMs } = wish;
  return {
    name,
    publicKey,
    role,
    nodes,
    services,
    issuedAt: new Date(nowMs).toISOString(),
    ...present({ expiresAt: expiresAtMs === undefined ? undefined : new Date(expiresAtMs).toISOString() }),
  };
}

/** A viewer's place in the event stream is called like him, as a consumer's is. */
async function refuseConsumer({ dir }: Enrolment, name: string): Promise<void> {
  if (!(await dir.accountNames("consumer")).includes(name)) return;
  throw new McpError("E_CONFLICT", `"${name}" is a consumer of events`, { hint: "choose another name for the viewer" });
}

function isThere(name: string): McpError {
  return new McpError("E_CONFLICT", `operator ${name} has credentials already`, {
    hint: `new ones instead of them: \`mcp operator add ${name} --renew\``,
  });
}

function nobody(name: string): McpError {
  return new McpError("E_NOT_FOUND", `there is no operator ${name}, so there is nothing to renew`, {
    hint: "`mcp operator list` shows them",
  });
}

function isBundleOf(name: string, text: string): boolean {
  try {
    return operatorBundleCodec.decode(Buffer.from(text)).name === name;
  } catch {
    return false; // some other file
  }
}
