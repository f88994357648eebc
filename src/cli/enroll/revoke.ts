/**
 * Revokes users of the control account: on the signed list that nodes keep, and at the server. Rule: both only ever grow;
 * earlier revocations on the bus or the server are kept, also if this directory does not know them.
 */
import type { RevocationList, RevokedUser } from "../../schemas/service/proof.ts";
import type { OperatorRecord } from "../../schemas/settings/identity-file.ts";
import { controlAccountJwt, type Revocations } from "../../trust/bus-identity.ts";
import { decodeJwt } from "../../trust/jwt.ts";
import { type SigningKey, signingKeyOf } from "../../trust/keys.ts";
import { isSignedBy, signRevocations } from "../../trust/revocations.ts";
import { hasCode, McpError } from "../../values/error.ts";
import { revocationsOf } from "../identity/issued-trust.ts";
import { type Enrollment, laterThanKnown } from "./enrollment.ts";

type RevocableUser = Pick<OperatorRecord, "name" | "publicKey" | "issuedAt">;

/** Another directory may write at the same time; each attempt includes its changes. */
const ATTEMPTS = 5;

/**
 * Holds the directory's lock, so that no push undoes a revocation that has just been written.
 * @throws McpError E_CONFLICT if others keep removing operators; as OperatorBus and AccountServer
 */
export async function revoke(enrollment: Enrollment, users: readonly RevocableUser[]): Promise<void> {
  const added = users.map((user) => revokedUser(user, enrollment.nowMs));
  await enrollment.dir.changeRevoked(async (own) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const list = await publish(enrollment, { own, added });
        const { there } = await listOnBus(enrollment);
        if ((there?.serial ?? 0) <= list.serial) return list;
        if (attempt === ATTEMPTS) throw busy();
      } catch (error) {
        if (!hasCode(error, "E_CONFLICT") || attempt === ATTEMPTS) throw error;
      }
    }
  });
}

/** The list goes to the bus first: it may revoke its own writer. */
async function publish(enrollment: Enrollment, { own, added }: Omit<Lists, "there">): Promise<RevocationList> {
  const { there, revision, key } = await listOnBus(enrollment);
  const list = grown({ own, there, added }, key);
  if ((there?.serial ?? 0) < list.serial) await enrollment.bus.writeRevocations(list, revision);
  await pushControl(enrollment, list);
  return list;
}

/** The list on the bus, if the key signed it; nodes ignore any other, so it is replaced. */
async function listOnBus({ dir, bus }: Enrollment) {
  const key = signingKeyOf(dir.identity["break-glass"].seed);
  const { list, revision } = await bus.readRevocations();
  return { key, revision, there: list !== undefined && isSignedBy(list, [key.publicKey]) ? list : undefined };
}

function busy(): McpError {
  return new McpError("E_CONFLICT", "other workstations are removing operators", { hint: "run the command again" });
}

/** The server compares issue times, so the time is never before the JWT's own. */
function revokedUser({ name, publicKey, issuedAt }: RevocableUser, nowMs: number): RevokedUser {
  return { name, publicKey, at: new Date(Math.max(nowMs, Date.parse(issuedAt))).toISOString() };
}

interface Lists {
  readonly own: RevocationList | undefined;
  /** On the bus; undefined if the key did not sign it. */
  readonly there: RevocationList | undefined;
  readonly added: readonly RevokedUser[];
}

/** All users of both lists and the new ones; the newer list itself if it has them all. */
function grown({ own, there, added }: Lists, key: SigningKey): RevocationList {
  const users = new Map<string, RevokedUser>();
  for (const user of [...(own?.revoked ?? []), ...(there?.revoked ?? []), ...added]) {
    if (!users.has(user.publicKey)) users.set(user.publicKey, user);
  }
  const newest = [own, there].reduce((a, b) => ((b?.serial ?? 0) > (a?.serial ?? 0) ? b : a));
  if (newest !== undefined && newest.revoked.length === users.size) return newest;
  const at = added.at(-1)?.at ?? new Date().toISOString();
  return signRevocations({ serial: (newest?.serial ?? 0) + 1, at, revoked: [...users.values()] }, key);
}

/** Pushes the account with every revocation that is known here or at the server. */
async function pushControl(enrollment: Enrollment, list: RevocationList): Promise<void> {
  const { dir, accounts } = enrollment;
  const { identity } = dir;
  const known = await accounts.lookup(identity.control.publicKey);
  const revocations = { ...(known === undefined ? {} : revocationsIn(known)), ...revocationsOf(list) };
  const issuedAtS = await laterThanKnown(enrollment, identity.control.publicKey);
  await accounts.push(controlAccountJwt(identity, revocations, issuedAtS));
}

/** The revocations in an account's JWT. */
export function revocationsIn(jwt: string): Revocations {
  const { revocations } = decodeJwt(jwt).nats;
  const entries = Object.entries(typeof revocations === "object" && revocations !== null ? revocations : {});
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => typeof entry[1] === "number"));
}
