/**
 * The claims in an operator's user JWT: name, role, and the nodes and services that the operator may change. Role and scope
 * are tags (`role:operator`, `node:rift`, `service:web-*`). Rule: what is not granted is refused, so a JWT without a node
 * tag covers no node.
 */
import { McpError } from "../values/error.ts";
import type { NodeName, ServiceName } from "../values/names.ts";
import { decodeJwt } from "./jwt.ts";
import { isPublicKey } from "./keys.ts";
import { rememberLast } from "./remember-last.ts";

/** In order of rights: viewer reads · operator also changes · admin also enrolls and removes. */
export const ROLES = ["viewer", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** A name, `*` for every name, or a prefix and `*`. */
export type ScopePattern = string;

export interface OperatorScope {
  readonly role: Role;
  readonly nodes: readonly ScopePattern[];
  readonly services: readonly ScopePattern[];
}

export interface OperatorClaims extends OperatorScope {
  readonly name: string;
  /** The operator's own public key. */
  readonly publicKey: string;
  /** Public key that signed the JWT. */
  readonly issuer: string;
  /** The account, if one of its signing keys signed. */
  readonly issuerAccount?: string;
  /** Unix seconds. */
  readonly issuedAtS: number;
  readonly expiresAtS?: number;
}

export const SCOPE_PATTERN = /^(\*|[a-z0-9][a-z0-9-]{0,62}\*?)$/;

/** More than the operators who use one node at the same time. */
const REMEMBERED_JWTS = 32;

/** The tags of a user JWT that hold its scope. */
export function tagsOf({ role, nodes, services }: OperatorScope): string[] {
  return [`role:${role}`, ...nodes.map((node) => `node:${node}`), ...services.map((service) => `service:${service}`)];
}

/**
 * The claims of the JWT, after checking its signature against the issuer that it names. The caller checks whether that
 * issuer is trusted and whether the JWT has expired.
 * @throws McpError E_INVALID_MESSAGE if it is not a user JWT of an operator, or not signed by its issuer
 */
export const operatorClaimsOf = rememberLast(REMEMBERED_JWTS, (jwt): OperatorClaims => {
  const { sub, iss, name = sub, iat, exp, nats } = decodeJwt(jwt);
  const { type, tags, issuer_account: account } = nats;
  const role = ROLES.find((one) => valuesOf(tags, "role").includes(one));
  if (type !== "user" || !isPublicKey(sub, "user") || !isPublicKey(iss, "account") || role === undefined) {
    throw new McpError("E_INVALID_MESSAGE", "it is not the user JWT of an operator");
  }
  return {
    name,
    publicKey: sub,
    issuer: iss,
    ...(typeof account === "string" ? { issuerAccount: account } : {}),
    role,
    nodes: valuesOf(tags, "node"),
    services: valuesOf(tags, "service"),
    issuedAtS: iat,
    ...(exp === undefined ? {} : { expiresAtS: exp }),
  };
});

function valuesOf(tags: unknown, kind: string): string[] {
  const texts = Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
  return texts.filter((tag) => tag.startsWith(`${kind}:`)).map((tag) => tag.slice(kind.length + 1));
}

/** True if the operator may change `service` on `node`. */
export function mayCommand({ role, nodes, services }: OperatorScope, node: NodeName, service: ServiceName): boolean {
  return role !== "viewer" && covers(nodes, node) && covers(services, service);
}

/** True if a pattern matches the name. */
export function covers(patterns: readonly ScopePattern[], name: string): boolean {
  return patterns.some((pattern) => (pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name));
}

/** True if the patterns match every name. */
export function coversAll(patterns: readonly ScopePattern[]): boolean {
  return patterns.includes("*");
}
