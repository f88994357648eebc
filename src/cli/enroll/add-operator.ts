/**
 * Adds an operator, or renews their credentials. These are break-glass credentials: they work without a login. The bundle
 * is staged on disk before the record is written and moved into place after, so that neither exists without the other.
 * A renewal revokes the old credentials only once the new ones exist.
 */
import type { StagedFile } from "../../disk/atomic-file.ts";
import { replacePrivateText } from "../../disk/replace-text.ts";
import type { OperatorRecord } from "../../schemas/settings/identity-file.ts";
import type { OperatorBundle } from "../../schemas/wire/bundle.ts";
import { operatorBundleCodec } from "../../schemas/wire/codec.ts";
import { eventFilter } from "../../schemas/wire/subjects.ts";
import { parseCreds } from "../../trust/creds-file.ts";
import { viewerTenant } from "../../trust/enroll.ts";
import { newOperator } from "../../trust/new-operator.ts";
import { McpError } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import { type BundleTarget, bundleTarget } from "./bundle-file.ts";
import { busOf, trustOf } from "./bundle-parts.ts";
import { admit, type Enrollment } from "./enrollment.ts";
import { type AskedGrant, type Grant, grantOf } from "./operator-grant.ts";
import type { OwnCredentials } from "./own-credentials.ts";
import { isPresent, retireRecords } from "./remove-operator.ts";

export interface OperatorRequest extends AskedGrant {
  readonly name: string;
  /** New credentials for an operator who exists, also if theirs have expired. */
  readonly renew: boolean;
  /** Path of the bundle. */
  readonly out: string;
  /** Those of this workstation; replaced if they are among the renewed ones. */
  readonly own?: OwnCredentials;
}

export interface AddedOperator {
  readonly record: OperatorRecord;
  /** The last record that was revoked. */
  readonly old?: OperatorRecord;
  readonly bundle: string;
  /** This workstation's credentials file, if it holds the new ones now. */
  readonly installed?: string;
}

type Signing = Pick<Enrollment, "dir" | "nowMs">;
/** Runs work with a connected bus and account server. */
type Connected = <T>(work: (enrollment: Enrollment) => Promise<T>) => Promise<T>;

/**
 * A new operator needs only the keys of the identity; the bus is connected only if an account or the revocation list must
 * change.
 * @throws McpError E_CONFLICT if the operator exists or the bundle's path is taken; E_NOT_FOUND if there is nobody to renew;
 *   E_USAGE as grantOf
 */
export async function addOperator(
  signing: Signing,
  request: OperatorRequest,
  connected: Connected,
): Promise<AddedOperator> {
  const { dir, nowMs } = signing;
  const old = (await dir.operators()).filter((one) => one.name === request.name && one.removedAt === undefined);
  if (request.renew && old.length === 0) throw nobody(request.name);
  if (!request.renew && old.some((one) => isPresent(one, nowMs))) throw isThere(request.name);
  const grant = grantOf(request, request.renew ? old.at(-1) : undefined, nowMs);
  if (grant.role === "viewer") await refuseConsumer(signing, request.name);
  const target = await bundleTarget(request.out, (text) => isBundleOf(request.name, text));
  const work = { request, grant, old, target };
  if (grant.role !== "viewer" && old.length === 0) return await given(signing, work, () => signed(signing, work));
  return await connected(async (enrollment) => {
    const isViewer = grant.role === "viewer";
    const added = await given(signing, work, () => (isViewer ? opened(enrollment, work) : signed(signing, work)));
    // Admitting a viewer again has revoked their old credentials.
    await retireRecords(enrollment, old, { keepAccountOf: ({ role }) => role === "viewer" && isViewer });
    return added;
  });
}

interface Work {
  readonly request: OperatorRequest;
  readonly grant: Grant;
  /** The operator's records that are not removed. */
  readonly old: readonly OperatorRecord[];
  readonly target: BundleTarget;
}

/** Creates the credentials, writes the record under the lock, and moves the bundle into place. */
async function given(signing: Signing, work: Work, make: () => Promise<Credentials>): Promise<AddedOperator> {
  const { request, target, old } = work;
  const { dir, nowMs } = signing;
  const known = new Set(old.map(({ publicKey }) => publicKey));
  const isConcurrent = (one: OperatorRecord) =>
    one.name === request.name && !known.has(one.publicKey) && isPresent(one, nowMs);
  const made: { staged?: StagedFile; creds?: string } = {};
  try {
    const all = await dir.changeOperators(async (records) => {
      if (records.some(isConcurrent)) throw isThere(request.name);
      const { publicKey, creds } = await make();
      Object.assign(made, { creds, staged: await target.stage(bundleText(signing, request.name, creds)) });
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
  if (last === undefined) throw new McpError("E_BUG", "the record of the operator is missing");
  return last;
}

/** Replaces this workstation's own credentials before they are revoked. */
async function install({ request: { own }, old }: Work, creds: string | undefined): Promise<string | undefined> {
  if (own === undefined || creds === undefined) return undefined;
  if (!old.some(({ publicKey }) => publicKey === own.publicKey)) return undefined;
  await replacePrivateText(own.path, creds, own.text);
  return own.path;
}

interface Credentials {
  readonly publicKey: string;
  readonly creds: string;
}

async function signed({ dir, nowMs }: Signing, { request: { name }, grant }: Work): Promise<Credentials> {
  const { role, nodes, services } = grant;
  if (role === "viewer") throw new McpError("E_BUG", "a viewer has an account of their own");
  return newOperator(
    { name, role, nodes, services, issuedAtS: Math.floor(nowMs / 1000), ...expiryOf(grant) },
    dir.identity,
  );
}

/** Credentials of a viewer, with their account and their consumer of events. */
async function opened(enrollment: Enrollment, { request: { name }, grant }: Work): Promise<Credentials> {
  const { creds } = await admit(enrollment, "viewer", { ...viewerTenant(name), ...expiryOf(grant) });
  await enrollment.bus.putEventConsumer({ name, filters: [eventFilter({})] });
  return { creds, publicKey: parseCreds(creds).key.publicKey };
}

function expiryOf({ expiresAtMs }: Grant): { expiresAtS?: number } {
  return expiresAtMs === undefined ? {} : { expiresAtS: Math.floor(expiresAtMs / 1000) };
}

function recordOf({ nowMs }: Signing, { request: { name }, grant }: Work, publicKey: string): OperatorRecord {
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

/** A viewer's consumer has the viewer's name, so no other consumer may have it. */
async function refuseConsumer({ dir }: Signing, name: string): Promise<void> {
  if (!(await dir.accountNames("consumer")).includes(name)) return;
  throw new McpError("E_CONFLICT", `"${name}" is a consumer of events`, { hint: "choose another name for the viewer" });
}

function isThere(name: string): McpError {
  return new McpError("E_CONFLICT", `operator ${name} already has credentials`, {
    hint: `replace them with \`mcp operator add ${name} --renew\``,
  });
}

function nobody(name: string): McpError {
  return new McpError("E_NOT_FOUND", `no operator ${name}, so there is nothing to renew`, {
    hint: "`mcp operator list` lists the operators",
  });
}

function isBundleOf(name: string, text: string): boolean {
  try {
    return operatorBundleCodec.decode(Buffer.from(text)).name === name;
  } catch {
    return false; // some other file
  }
}
