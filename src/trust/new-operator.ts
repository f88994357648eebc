/** A new operator with credentials that no login renews: the first one of a bus, and those for when the login is down. */
import { operatorInbox, operatorRights } from "../schemas/wire/rights.ts";
import type { BusIdentity } from "./bus-identity.ts";
import { userJwt } from "./claims.ts";
import { renderCreds } from "./creds-file.ts";
import { createKey, signingKeyOf } from "./keys.ts";
import { type OperatorScope, tagsOf } from "./operator-claims.ts";

export interface NewOperator extends OperatorScope {
  readonly name: string;
  /** Not for viewers: each has an account of their own (enroll.ts). */
  readonly role: "operator" | "admin";
  /** Unix seconds; now, unless given. */
  readonly issuedAtS?: number;
  /** Unix seconds; never, unless given. */
  readonly expiresAtS?: number;
}

export interface OperatorUser {
  readonly publicKey: string;
  /** The credentials file's text; to be kept with mode 0600. */
  readonly creds: string;
}

/** Signed by the break-glass key, so that nodes give the operator all that the scope says. */
export function newOperator(
  operator: NewOperator,
  identity: Pick<BusIdentity, "break-glass" | "control">,
): OperatorUser {
  const { name, issuedAtS, expiresAtS } = operator;
  const { publicKey, seed } = createKey("user");
  const facts = {
    name,
    publicKey,
    issuerAccount: identity.control.publicKey,
    rights: operatorRights(operator.role, operatorInbox(publicKey)),
    tags: tagsOf(operator),
    ...(issuedAtS === undefined ? {} : { issuedAtS }),
    ...(expiresAtS === undefined ? {} : { expiresAtS }),
  };
  return { publicKey, creds: renderCreds({ seed, jwt: userJwt(facts, signingKeyOf(identity["break-glass"].seed)) }) };
}
