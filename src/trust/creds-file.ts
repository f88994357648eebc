/**
 * Parses and renders a credentials file: a user's JWT and the seed of the user's key, each between dashed lines, or only the
 * seed. Store it with mode 0600.
 */
import { McpError } from "../values/error.ts";
import { type SigningKey, signingKeyOf } from "./keys.ts";

export interface Creds {
  /** Absent if the server has the public key in its configuration. */
  readonly jwt?: string;
  readonly key: SigningKey;
}

const DASHED_BLOCK = /-{3,}BEGIN [^\n]*-{3,}\r?\n\s*(?<body>\S+)\s*\r?\n-{3,}END [^\n]*-{3,}/g;
const SEED = /^S[A-Z2-7]{57}$/;

/** @throws McpError E_CONFIG without a valid seed; the error contains nothing of the text */
export function parseCreds(text: string): Creds {
  const bodies = bodiesOf(text);
  const seed = seedIn(bodies);
  const jwt = bodies.find((body) => body !== seed);
  return { key: signingKeyOf(seed), ...(jwt === undefined ? {} : { jwt }) };
}

function bodiesOf(text: string): string[] {
  return [...text.matchAll(DASHED_BLOCK)].map((match) => match.groups?.["body"] ?? "");
}

function seedIn(bodies: readonly string[]): string {
  const seed = bodies.find((body) => SEED.test(body));
  if (seed === undefined) throw new McpError("E_CONFIG", "it contains no nkey seed");
  return seed;
}

/** Credentials with the same key and another JWT. @throws McpError E_CONFIG as parseCreds */
export function withJwt(text: string, jwt: string): string {
  return renderCreds({ jwt, seed: seedIn(bodiesOf(text)) });
}

export function renderCreds({ jwt, seed }: { readonly jwt?: string; readonly seed: string }): string {
  const user = jwt === undefined ? "" : `${block("NATS USER JWT", jwt)}\n`;
  return `${user}${block("USER NKEY SEED", seed)}`;
}

/** The format of NATS's own tools: the end line has one more dash. */
function block(what: string, body: string): string {
  return `-----BEGIN ${what}-----\n${body}\n------END ${what}------\n`;
}
