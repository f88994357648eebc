/**
 * Users of the control account made to count no more: on the signed list that nodes keep, and at the server. Rule: both only
 * ever grow. What the bus or the server knows of earlier removals is carried on, also where this directory never heard of
 * them.
 */

import type { RevocationList, RevokedUser } from "../../schemas/service/proof.ts";
import type { OperatorRecord } from "../../schemas/settings/identity-file.ts";
import { controlAccountJwt, type Revocations } from "../../trust/bus-identity.ts";
import { decodeJwt } from "../../trust/jwt.ts";
import { type SigningKey, signingKeyOf } from "../../trust/keys.ts";
import { isSignedBy, signRevocations } from "../../trust/revocations.ts";
import { hasCode, McpError } from "../../values/error.ts";
import { revocationsOf } from "../identity/issued-trust.ts";
import { type Enrolment, laterThanKnown } from "./enrolment.ts";

type Known = Pick<OperatorRecord, "name" | "publicKey" | "issuedAt">;

/** Another directory's removals may come between; each turn takes them in. */
const TURNS = 5;

/**
 * One at a time in this directory, so that no push takes back what another has just added.
 * @throws McpError E_CONFLICT when others removed operators all the while; as OperatorBus and AccountServer
 */
export async function revoke(enrolment: Enrolment, users: readonly Known[]): Promise<void> {
  const wanted = users.map((user) => revokedUser(user, enrolment.nowMs));
  await enrolment.dir.changeRevoked(async (own) => {
    for (let turn = 1; ; turn += 1) {
      try {
        const list = await tell(enrolment, { own, wanted });
        const { there } = await listOnBus(enrolment);
        if ((there?.serial ?? 0) <= list.serial) return list;
        if (turn === TURNS) throw busy();
      } catch (error) {
        if (!hasCode(error, "E_CONFLICT") || turn === TURNS) throw error;
      }
    }
  });
}

/** The list on the bus first: its writer may be the very one who is then cut off. */
async function tell(enrolment: Enrolment, { own, wanted }: Omit<Lists, "there">): Promise<RevocationList> {
  const { there, revision, key } = await listOnBus(enrolment);
  const list = grown({ own, there, wanted }, key);
  if ((there?.serial ?? 0) < list.serial) await enrolment.bus.writeRevocations(list, revision);
  await pushControl(enrolment, list);
  return list;
}

/** What nodes believe of what the bus holds: what the key signed. Anything else is written over. */
async function listOnBus({ dir, bus }: Enrolment) {
  const key = signingKeyOf(dir.identity["break-glass"].seed);
  const { list, revision } = await bus.readRevocations();
  return { key, revision, there: list !== undefined && isSignedBy(list, [key.publicKey]) ? list : undefined };
}

function busy(): McpError {
  return new McpError("E_CONFLICT", "others remove operators at the same time", { hint: "try again" });
}

/** Shut out at the server by the time of his JWT, so never earlier than that. */
function revokedUser({ name, publicKey, issuedAt }: Known, nowMs: number): RevokedUser {
  return { name, publicKey, at: new Date(Math.max(nowMs, Date.parse(issuedAt))).toISOString() };
}

interface Lists {
  readonly own: RevocationList | undefined;
  /** On the bus; undefined for one that the key did not sign. */
  readonly there: RevocationList | undefined;
  readonly wanted: readonly RevokedUser[];
}

/** Everybody on either list and those wanted; the newer list itself when it says all of it already. */
function grown({ own, there, wanted }: Lists, key: SigningKey): RevocationList {
  const users = new Map<string, RevokedUser>();
  for (const user of [...(own?.revoked ?? []), ...(there?.revoked ?? []), ...wanted]) {
    if (!users.has(user.publicKey)) users.set(user.publicKey, user);
  }
  const newest = [own, there].reduce((a, b) => ((b?.serial ?? 0) > (a?.serial ?? 0) ? b : a));
  if (newest !== undefined && newest.revoked.length === users.size) return newest;
  const at = wanted.at(-1)?.at ?? new Date().toISOString();
  return signRevocations({ serial: (newest?.serial ?? 0) + 1, at, revoked: [...users.values()] }, key);
}

/** The account with every revocation that is known here or there. */
async function pushControl(enrolment: Enrolment, list: RevocationList): Promise<void> {
  const { dir, accounts } = enrolment;
  const { identity } = dir;
  const known = await accounts.lookup(identity.control.publicKey);
  const revocations = { ...(known === undefined ? {} : revocationsIn(known)), ...revocationsOf(list) };
  const issuedAtS = await laterThanKnown(enrolment, identity.control.publicKey);
  await accounts.push(controlAccountJwt(identity, revocations, issuedAtS));
}

/** What an account's JWT says of users who count no more. */
export function revocationsIn(jwt: string): Revocations {
  const { revocations } = decodeJwt(jwt).nats;
  const entries = Object.entries(typeof revocations === "object" && revocations !== null ? revocations : {});
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => typeof entry[1] === "number"));
}
