/** Creates an operator with credentials that do not depend on a login: the first operator of a bus, and break-glass operators. */
import { operatorInbox, operatorRights } from "../schemas/wire/rights.ts";
import type { BusIdentity } from "./bus-identity.ts";
import { userJwt } from "./claims.ts";
import { renderCreds } from "./creds-file.ts";
import { createKey, signingKeyOf } from "./keys.ts";
import { type OperatorScope, tagsOf } from "./operator-claims.ts";

export interface NewOperator extends OperatorScope {
  readonly name: string;
  /** A viewer has an account instead (enroll.ts). */
  readonly role: "operator" | "admin";
  /** Unix seconds. Default: now. */
  readonly issuedAtS?: number;
  /** Unix seconds. Default: never. */
  readonly expiresAtS?: number;
}

export interface OperatorUser {
  readonly publicKey: string;
  /** Text of the credentials file. Store it with mode 0600. */
  readonly creds: string;
}

/** The JWT is signed by the break-glass key, so nodes accept the whole scope. */
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
