/**
 * A node enrolled: its key, its account on the server, its file bucket, a bundle with credentials, and its record last. So
 * a record with an account says that all of it is done; without one, everything is done again.
 */
import { randomUUID } from "node:crypto";
import type { StoredNode } from "../../bus/ports/operator-bus.ts";
import type { BundleBus, NodeBundle } from "../../schemas/wire/bundle.ts";
import { nodeBundleCodec } from "../../schemas/wire/codec.ts";
import type { NodeRecord } from "../../schemas/wire/presence.ts";
import { bridgeCreds, nodeTenant } from "../../trust/enrol.ts";
import { hasCode, McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { whileLocked } from "../identity/identity-lock.ts";
import { type BundleTarget, bundleTarget } from "./bundle-file.ts";
import { trustOf } from "./bundle-parts.ts";
import { type Admission, admit, closeAccount, type Enrolment, shutOut } from "./enrolment.ts";
import type { NodeDoor } from "./node-address.ts";
import { nodeBusOf } from "./node-bus.ts";
import { siteOf } from "./sites.ts";

export interface NodeWish {
  readonly node: NodeName;
  /** All of them, as they shall be. */
  readonly labels: (old: NodeRecord["labels"]) => NodeRecord["labels"];
  /** New credentials for a node that is enrolled. */
  readonly renew: boolean;
  /** Path of the bundle. */
  readonly out: string;
  /** How the node reaches the bus, where somebody says so. */
  readonly door: NodeDoor | undefined;
  /** Allows plain text to a server on another machine. */
  readonly insecure: boolean;
}

export interface EnrolledNode {
  readonly result: "enrolled" | "renewed" | "updated" | "unchanged";
  readonly record: NodeRecord;
  /** Path of the bundle; absent where no credentials were made. */
  readonly bundle?: string;
  /** What the bundle says of the bus. */
  readonly bus?: BundleBus;
  /** Name of the site whose leaf server has credentials of the node that count no more. */
  readonly site?: string;
  /** Public key of the account that the record named, whose key is not here: closed, and replaced by another. */
  readonly replaced?: string;
}

/**
 * A record can name an account whose key is aside or not here: after an older bus was restored, or by another copy of the
 * directory. The node is enrolled anew then: at once where the key is aside, for another's on `renew` only.
 * @throws McpError E_CONFLICT when the node has an account whose key is elsewhere, or the bundle's place is taken;
 *   E_NOT_FOUND to renew what is not enrolled; as OperatorBus and AccountServer
 */
export function enrolNode(enrolment: Enrolment, wish: NodeWish): Promise<EnrolledNode> {
  return whileLocked(enrolment.dir.path, async () => {
    const stored = await enrolment.bus.readNode(wish.node);
    const account = stored.record?.account;
    const isEnrolled = account !== undefined && (await isKeyHere(enrolment, wish.node, account));
    const replaced = isEnrolled ? undefined : account;
    if (wish.renew && account === undefined) throw notEnrolled(wish.node);
    if (isEnrolled && !wish.renew) return await relabel(enrolment, wish, stored);
    const bus = await nodeBusOf(enrolment.dir, wish);
    if (replaced !== undefined && !wish.renew) await refuseElsewhere(enrolment, stored.record, replaced);
    const target = await bundleTarget(wish.out, (text) => isBundleOf(wish.node, text));
    if (replaced === undefined) return await enrol(enrolment, wish, { stored, target, bus });
    await closeAccount(enrolment, replaced, nodeTenant(wish.node));
    return { ...(await enrol(enrolment, { ...wish, renew: false }, { stored, target, bus })), replaced };
  });
}

interface Ground {
  readonly stored: StoredNode;
  readonly target: BundleTarget;
  readonly bus: BundleBus;
}

async function enrol(enrolment: Enrolment, wish: NodeWish, { stored, target, bus }: Ground): Promise<EnrolledNode> {
  const { author, nowMs } = enrolment;
  const { node, renew } = wish;
  const admission = await admitNode(enrolment, node);
  await enrolment.bus.files(node).ensure();
  // A renewal is the same enrolment; what was accepted under it stays so.
  const incarnation = (renew ? stored.record?.incarnation : undefined) ?? randomUUID();
  await target.write(bundleText(enrolment, { node, admission, incarnation, bus }));
  const first = { version: 1, node, enrolledBy: author, at: new Date(nowMs).toISOString() } as const;
  const kept = renew && stored.record !== undefined ? stored.record : first;
  const labels = wish.labels(stored.record?.labels ?? {});
  const record = { ...kept, labels, incarnation, account: admission.account };
  await writeRecord(enrolment, record, stored.revision);
  const site = (await siteOf(enrolment.dir, node))?.name;
  return { result: renew ? "renewed" : "enrolled", record, bundle: target.path, bus, ...present({ site }) };
}

/** With credentials for the leaf server of a site, where the node is of one: those before are shut out with the node's own. */
async function admitNode(enrolment: Enrolment, node: NodeName): Promise<Admission> {
  const { dir } = enrolment;
  const tenant = nodeTenant(node);
  const admission = await admit(enrolment, "node", tenant);
  const account = await dir.accountKey("node", node);
  await dir.keepBridgeCreds(node, bridgeCreds({ tenant, account, issuedAtS: admission.issuedAtS }));
  return admission;
}

/** Another's node of this name came first: our account, which nobody shall use, is closed again. */
async function writeRecord(enrolment: Enrolment, record: NodeRecord, revision: number): Promise<void> {
  try {
    await enrolment.bus.writeNode(record, revision);
  } catch (error) {
    if (!hasCode(error, "E_CONFLICT")) throw error;
    const { node, account } = record;
    const now = (await enrolment.bus.readNode(node)).record;
    if (now?.account !== undefined && now.account !== account) await shutOut(enrolment, "node", nodeTenant(node));
    throw new McpError(
      "E_CONFLICT",
      `node ${node} was enrolled by ${now?.enrolledBy ?? "another"} at the same moment`,
      {
        cause: error,
        hint: `look with \`mcp node show ${node}\`, and try again if yours shall be it`,
      },
    );
  }
}

async function relabel({ bus }: Enrolment, wish: NodeWish, { record, revision }: StoredNode): Promise<EnrolledNode> {
  if (record === undefined) throw notEnrolled(wish.node);
  if (wish.door !== undefined) throw noBundle(wish.node);
  const labels = wish.labels(record.labels);
  if (JSON.stringify(labels) === JSON.stringify(record.labels)) return { result: "unchanged", record };
  await bus.writeNode({ ...record, labels }, revision);
  return { result: "updated", record: { ...record, labels } };
}

/** True when the account's key is the node's in this directory. */
async function isKeyHere({ dir }: Enrolment, node: NodeName, account: string): Promise<boolean> {
  if (!(await dir.accountNames("node")).includes(node)) return false;
  return (await dir.accountKey("node", node)).publicKey === account;
}

/** @throws McpError E_CONFLICT unless the account was closed from here */
async function refuseElsewhere({ dir }: Enrolment, record: NodeRecord | undefined, account: string): Promise<void> {
  if (record === undefined || (await dir.retiredAccounts("node", record.node)).includes(account)) return;
  const { node, enrolledBy } = record;
  throw new McpError("E_CONFLICT", `node ${node} was enrolled by ${enrolledBy} with a key that is not here`, {
    hint: `name the identity directory in which it was added with \`--identity\`; where that is lost, \`mcp node add ${node} --renew\` closes its account and makes another`,
  });
}

function notEnrolled(node: NodeName): McpError {
  return new McpError("E_NOT_FOUND", `node ${node} is not enrolled, so there is nothing to renew`, {
    hint: `enrol it with \`mcp node add ${node}\``,
  });
}

function noBundle(node: NodeName): McpError {
  return new McpError(
    "E_USAGE",
    `node ${node} is enrolled: no bundle is written that could say --server and --domain`,
    {
      hint: "with new credentials one is: add --renew; else edit [bus] in its agent.toml",
    },
  );
}

interface BundleFacts {
  readonly node: NodeName;
  readonly admission: Admission;
  readonly incarnation: string;
  readonly bus: BundleBus;
}

function bundleText({ dir }: Enrolment, { node, admission, incarnation, bus }: BundleFacts): string {
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
