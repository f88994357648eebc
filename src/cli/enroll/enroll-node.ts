/**
 * Enrolls a node: its key, its account on the server, its file bucket, a bundle with credentials, and last its record. So a
 * record with an account means that everything is done; without one, everything is done again.
 */
import { randomUUID } from "node:crypto";
import type { StoredNode } from "../../bus/ports/operator-bus.ts";
import type { BundleBus, NodeBundle } from "../../schemas/wire/bundle.ts";
import { nodeBundleCodec } from "../../schemas/wire/codec.ts";
import type { NodeRecord } from "../../schemas/wire/presence.ts";
import { bridgeCreds, nodeTenant } from "../../trust/enroll.ts";
import { hasCode, McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { whileLocked } from "../identity/identity-lock.ts";
import { type BundleTarget, bundleTarget } from "./bundle-file.ts";
import { trustOf } from "./bundle-parts.ts";
import { type Admission, admit, closeAccount, type Enrollment, shutOut } from "./enrollment.ts";
import type { NodeAddress } from "./node-address.ts";
import { nodeBusOf } from "./node-bus.ts";
import { siteOf } from "./sites.ts";

export interface NodeRequest {
  readonly node: NodeName;
  /** The new labels, from the old ones. */
  readonly labels: (old: NodeRecord["labels"]) => NodeRecord["labels"];
  /** New credentials for an enrolled node. */
  readonly renew: boolean;
  /** Path of the bundle. */
  readonly out: string;
  /** How the node reaches the bus, if it was given. */
  readonly address: NodeAddress | undefined;
  /** Allows plain text to a server on another machine. */
  readonly insecure: boolean;
}

export interface EnrolledNode {
  readonly result: "enrolled" | "renewed" | "updated" | "unchanged";
  readonly record: NodeRecord;
  /** Path of the bundle; absent if no credentials were created. */
  readonly bundle?: string;
  /** The bus as the bundle describes it. */
  readonly bus?: BundleBus;
  /** Name of the site whose leaf server still has revoked credentials of the node. */
  readonly site?: string;
  /** Public key of an account whose key is not here: it was closed, and the node has a new one. */
  readonly replaced?: string;
}

/**
 * A record can name an account whose key is retired or not here, after an older bus was restored or another copy of the
 * directory was used. Then the node gets a new account: without an option if the key is retired here, else only with `renew`.
 * @throws McpError E_CONFLICT if the key of the node's account is elsewhere or the bundle's path is taken; E_NOT_FOUND if
 *   there is nothing to renew; as OperatorBus and AccountServer
 */
export function enrollNode(enrollment: Enrollment, request: NodeRequest): Promise<EnrolledNode> {
  return whileLocked(enrollment.dir.path, async () => {
    const stored = await enrollment.bus.readNode(request.node);
    const account = stored.record?.account;
    const isEnrolled = account !== undefined && (await isKeyHere(enrollment, request.node, account));
    const replaced = isEnrolled ? undefined : account;
    if (request.renew && account === undefined) throw notEnrolled(request.node);
    if (isEnrolled && !request.renew) return await relabel(enrollment, request, stored);
    const bus = await nodeBusOf(enrollment.dir, request);
    if (replaced !== undefined && !request.renew) await refuseElsewhere(enrollment, stored.record, replaced);
    const target = await bundleTarget(request.out, (text) => isBundleOf(request.node, text));
    if (replaced === undefined) return await enroll(enrollment, request, { stored, target, bus });
    await closeAccount(enrollment, replaced, nodeTenant(request.node));
    return { ...(await enroll(enrollment, { ...request, renew: false }, { stored, target, bus })), replaced };
  });
}

interface EnrollInputs {
  readonly stored: StoredNode;
  readonly target: BundleTarget;
  readonly bus: BundleBus;
}

async function enroll(
  enrollment: Enrollment,
  request: NodeRequest,
  { stored, target, bus }: EnrollInputs,
): Promise<EnrolledNode> {
  const { author, nowMs } = enrollment;
  const { node, renew } = request;
  const admission = await admitNode(enrollment, node);
  await enrollment.bus.files(node).ensure();
  // A renewal is the same enrollment: the node keeps what it accepted under it.
  const incarnation = (renew ? stored.record?.incarnation : undefined) ?? randomUUID();
  await target.write(bundleText(enrollment, { node, admission, incarnation, bus }));
  const first = { version: 1, node, enrolledBy: author, at: new Date(nowMs).toISOString() } as const;
  const kept = renew && stored.record !== undefined ? stored.record : first;
  const labels = request.labels(stored.record?.labels ?? {});
  const record = { ...kept, labels, incarnation, account: admission.account };
  await writeRecord(enrollment, record, stored.revision);
  const site = (await siteOf(enrollment.dir, node))?.name;
  return { result: renew ? "renewed" : "enrolled", record, bundle: target.path, bus, ...present({ site }) };
}

/** Also creates the credentials for a site's leaf server: admitting the node has revoked the old ones. */
async function admitNode(enrollment: Enrollment, node: NodeName): Promise<Admission> {
  const { dir } = enrollment;
  const tenant = nodeTenant(node);
  const admission = await admit(enrollment, "node", tenant);
  const account = await dir.accountKey("node", node);
  await dir.keepBridgeCreds(node, bridgeCreds({ tenant, account, issuedAtS: admission.issuedAtS }));
  return admission;
}

/** If someone else enrolled a node of this name first, our unused account is closed again. */
async function writeRecord(enrollment: Enrollment, record: NodeRecord, revision: number): Promise<void> {
  try {
    await enrollment.bus.writeNode(record, revision);
  } catch (error) {
    if (!hasCode(error, "E_CONFLICT")) throw error;
    const { node, account } = record;
    const now = (await enrollment.bus.readNode(node)).record;
    if (now?.account !== undefined && now.account !== account) await shutOut(enrollment, "node", nodeTenant(node));
    throw new McpError(
      "E_CONFLICT",
      `node ${node} was enrolled by ${now?.enrolledBy ?? "someone else"} at the same time`,
      {
        cause: error,
        hint: `see \`mcp node show ${node}\`; to enroll it yourself, run the command again`,
      },
    );
  }
}

async function relabel(
  { bus }: Enrollment,
  request: NodeRequest,
  { record, revision }: StoredNode,
): Promise<EnrolledNode> {
  if (record === undefined) throw notEnrolled(request.node);
  if (request.address !== undefined) throw noBundle(request.node);
  const labels = request.labels(record.labels);
  if (JSON.stringify(labels) === JSON.stringify(record.labels)) return { result: "unchanged", record };
  await bus.writeNode({ ...record, labels }, revision);
  return { result: "updated", record: { ...record, labels } };
}

/** True if this directory has the account's key. */
async function isKeyHere({ dir }: Enrollment, node: NodeName, account: string): Promise<boolean> {
  if (!(await dir.accountNames("node")).includes(node)) return false;
  return (await dir.accountKey("node", node)).publicKey === account;
}

/** @throws McpError E_CONFLICT unless the account was closed from here */
async function refuseElsewhere({ dir }: Enrollment, record: NodeRecord | undefined, account: string): Promise<void> {
  if (record === undefined || (await dir.retiredAccounts("node", record.node)).includes(account)) return;
  const { node, enrolledBy } = record;
  throw new McpError("E_CONFLICT", `node ${node} was enrolled by ${enrolledBy} with a key that is not here`, {
    hint: `name the identity directory from which it was added: \`--identity <directory>\`; if that is lost, \`mcp node add ${node} --renew\` closes its account and creates a new one`,
  });
}

function notEnrolled(node: NodeName): McpError {
  return new McpError("E_NOT_FOUND", `node ${node} is not enrolled, so there is nothing to renew`, {
    hint: `add it with \`mcp node add ${node}\``,
  });
}

function noBundle(node: NodeName): McpError {
  return new McpError(
    "E_USAGE",
    `node ${node} exists, so no bundle is written, and --server and --domain have no effect`,
    {
      hint: "add --renew for a new bundle with new credentials, or edit [bus] in the node's agent.toml",
    },
  );
}

interface BundleFacts {
  readonly node: NodeName;
  readonly admission: Admission;
  readonly incarnation: string;
  readonly bus: BundleBus;
}

function bundleText({ dir }: Enrollment, { node, admission, incarnation, bus }: BundleFacts): string {
  const trust = { ...trustOf(dir), incarnation };
  const bundle = { version: 1, kind: "node", node, bus, creds: admission.creds, trust } as const;
  return `${Buffer.from(nodeBundleCodec.encode(bundle satisfies NodeBundle)).toString()}\n`;
}

function isBundleOf(node: NodeName, text: string): boolean {
  try {
    return nodeBundleCodec.decode(Buffer.from(text)).node === node;
  } catch {
    return false; // some other file
  }
}
