/**
 * Break-glass credentials of an operator: those that work while nobody can log in. His bundle is on the disk before he is
 * written down and in its place after, so that nobody holds what no record names and no record names what nobody holds;
 * renewed, the old ones are revoked only when the new ones are there.
 */

import type { StagedFile } from "../../disk/atomic-file.ts";
import { replacePrivateText } from "../../disk/replace-text.ts";
import type { OperatorRecord } from "../../schemas/settings/identity-file.ts";
import type { OperatorBundle } from "../../schemas/wire/bundle.ts";
import { operatorBundleCodec } from "../../schemas/wire/codec.ts";
import { eventFilter } from "../../schemas/wire/subjects.ts";
import { parseCreds } from "../../trust/creds-file.ts";
import { viewerTenant } from "../../trust/enrol.ts";
import { newOperator } from "../../trust/new-operator.ts";
import { McpError } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import { type BundleTarget, bundleTarget } from "./bundle-file.ts";
import { busOf, trustOf } from "./bundle-parts.ts";
import { admit, type Enrolment } from "./enrolment.ts";
import { type AskedGrant, type Grant, grantOf } from "./operator-grant.ts";
import type { OwnCredentials } from "./own-credentials.ts";
import { isPresent, retireRecords } from "./remove-operator.ts";

export interface OperatorWish extends AskedGrant {
  readonly name: string;
  /** New credentials for one who is there, also when his have expired. */
  readonly renew: boolean;
  /** Path of the bundle. */
  readonly out: string;
  /** Those of this workstation; replaced when they are among the renewed. */
  readonly own?: OwnCredentials;
}

export interface AddedOperator {
  readonly record: OperatorRecord;
  /** Of those that count no more, the last. */
  readonly old?: OperatorRecord;
  readonly bundle: string;
  /** This workstation's credentials file, where it has the new ones now. */
  readonly installed?: string;
}

type Signing = Pick<Enrolment, "dir" | "nowMs">;
/** Connects bus and accounts for some work. */
type Connected = <T>(work: (enrolment: Enrolment) => Promise<T>) => Promise<T>;

/**
 * The identity's keys are enough for credentials of somebody new; the bus is asked for only where an account or the list
 * of the removed must change.
 * @throws McpError E_CONFLICT when he is there already, or the bundle's place is taken; E_NOT_FOUND to renew nobody;
 *   E_USAGE as grantOf
 */
export async function addOperator(signing: Signing, wish: OperatorWish, connected: Connected): Promise<AddedOperator> {
  const { dir, nowMs } = signing;
  const old = (await dir.operators()).filter((one) => one.name === wish.name && one.removedAt === undefined);
  if (wish.renew && old.length === 0) throw nobody(wish.name);
  if (!wish.renew && old.some((one) => isPresent(one, nowMs))) throw isThere(wish.name);
  const grant = grantOf(wish, wish.renew ? old.at(-1) : undefined, nowMs);
  if (grant.role === "viewer") await refuseConsumer(signing, wish.name);
  const target = await bundleTarget(wish.out, (text) => isBundleOf(wish.name, text));
  const work = { wish, grant, old, target };
  if (grant.role !== "viewer" && old.length === 0) return await given(signing, work, () => signed(signing, work));
  return await connected(async (enrolment) => {
    const isViewer = grant.role === "viewer";
    const added = await given(signing, work, () => (isViewer ? opened(enrolment, work) : signed(signing, work)));
    // A viewer's old credentials were shut out as the new ones were made.
    await retireRecords(enrolment, old, { keepAccountOf: ({ role }) => role === "viewer" && isViewer });
    return added;
  });
}

interface Work {
  readonly wish: OperatorWish;
  readonly grant: Grant;
  /** His records that are not removed. */
  readonly old: readonly OperatorRecord[];
  readonly target: BundleTarget;
}

/** Makes the credentials, writes the record down while nobody else does, and hands them out. */
async function given(signing: Signing, work: Work, make: () => Promise<Credentials>): Promise<AddedOperator> {
  const { wish, target, old } = work;
  const { dir, nowMs } = signing;
  const known = new Set(old.map(({ publicKey }) => publicKey));
  const isFaster = (one: OperatorRecord) =>
    one.name === wish.name && !known.has(one.publicKey) && isPresent(one, nowMs);
  const made: { staged?: StagedFile; creds?: string } = {};
  try {
    const all = await dir.changeOperators(async (records) => {
      if (records.some(isFaster)) throw isThere(wish.name);
      const { publicKey, creds } = await make();
      Object.assign(made, { creds, staged: await target.stage(bundleText(signing, wish.name, creds)) });
      return [...records, recordOf(signing, work, publicKey)];
    });
    await made.staged?.commit();
    const installed = await install(work, made.creds);
    return { record: lastOf(all), bundle: target.path, ...present({ old: old.at(-1), installed }) };
  } catch (error) {
    await made.staged?.discard();
    throw error;
  }
}

function lastOf(records: readonly OperatorRecord[]): OperatorRecord {
  const last = records.at(-1);
  if (last === undefined) throw new McpError("E_BUG", "the record of the operator is not there");
  return last;
}

/** The new ones in place of this workstation's own, before those are revoked. */
async function install({ wish: { own }, old }: Work, creds: string | undefined): Promise<string | undefined> {
  if (own === undefined || creds === undefined) return undefined;
  if (!old.some(({ publicKey }) => publicKey === own.publicKey)) return undefined;
  await replacePrivateText(own.path, creds, own.text);
  return own.path;
}

interface Credentials {
  readonly publicKey: string;
  readonly creds: string;
}

async function signed({ dir, nowMs }: Signing, { wish: { name }, grant }: Work): Promise<Credentials> {
  const { role, nodes, services } = grant;
  if (role === "viewer") throw new McpError("E_BUG", "a viewer has an account of his own");
  return newOperator(
    { name, role, nodes, services, issuedAtS: Math.floor(nowMs / 1000), ...expiryOf(grant) },
    dir.identity,
  );
}

/** A viewer's, with his account and his place in the events. */
async function opened(enrolment: Enrolment, { wish: { name }, grant }: Work): Promise<Credentials> {
  const { creds } = await admit(enrolment, "viewer", { ...viewerTenant(name), ...expiryOf(grant) });
  await enrolment.bus.putEventConsumer({ name, filters: [eventFilter({})] });
  return { creds, publicKey: parseCreds(creds).key.publicKey };
}

function expiryOf({ expiresAtMs }: Grant): { expiresAtS?: number } {
  return expiresAtMs === undefined ? {} : { expiresAtS: Math.floor(expiresAtMs / 1000) };
}

function recordOf({ nowMs }: Signing, { wish: { name }, grant }: Work, publicKey: string): OperatorRecord {
  const { role, nodes, services, expiresAtMs } = grant;
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

function bundleText({ dir }: Signing, name: string, creds: string): string {
  const facts = { version: 1, kind: "operator", name, bus: busOf(dir), creds, trust: trustOf(dir) } as const;
  return `${Buffer.from(operatorBundleCodec.encode(facts satisfies OperatorBundle)).toString()}\n`;
}

/** A viewer's place in the event stream is called like him, as a consumer's is. */
async function refuseConsumer({ dir }: Signing, name: string): Promise<void> {
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
