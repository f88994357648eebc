/**
 * MCIAS's documented HTTP API over TLS (with the certificates of test/fixtures/tls): logging in with a password and a
 * one-time code, validating, its public key, logging out. Tokens are real. Answers hold a member more than is documented,
 * since the real ones may.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createMciasSigner, ISSUER, type MciasSigner } from "./mcias-tokens.ts";
import { endsWith, type Scope } from "./scope.ts";
import { totpCode } from "./totp.ts";

const TLS = fileURLToPath(new URL("../fixtures/tls/", import.meta.url));
export const MCIAS_CA = `${TLS}ca.pem`;

export interface MciasUser {
  readonly username: string;
  readonly password: string;
  readonly sub: string;
  /** Absent for a system account. */
  roles?: readonly string[];
  /** With two factors. */
  readonly totpSecret?: Uint8Array;
}

export interface FakeMcias {
  readonly url: string;
  readonly port: number;
  readonly users: MciasUser[];
  /** Bodies of logins so far. */
  readonly logins: Record<string, unknown>[];
  /** How often each path was asked. */
  readonly asked: Map<string, number>;
  signer: MciasSigner;
  /** How long a token lives; seconds. */
  lifeS: number;
  /** Services that its policy lets nobody log in to. */
  readonly closedTo: Set<string>;
  /** Answers every login with this instead. */
  answer?: { readonly status: number; readonly body: string };
  /** Ids of tokens that count no more. */
  readonly revoked: Set<string>;
  user(username: string, facts?: Partial<Omit<MciasUser, "username">>): MciasUser;
  stop(): Promise<void>;
  /** Again on the same port. */
  start(): Promise<void>;
}

export async function startFakeMcias(scope: Scope): Promise<FakeMcias> {
  const state: { server?: ReturnType<typeof createServer> } = {};
  const tls = { key: await readFile(`${TLS}server-key.pem`), cert: await readFile(`${TLS}server.pem`) };
  const mcias: FakeMcias = {
    url: "",
    port: 0,
    users: [],
    logins: [],
    asked: new Map(),
    signer: createMciasSigner(),
    lifeS: 30 * 86_400,
    closedTo: new Set(),
    revoked: new Set(),
    user: (username, facts = {}) => {
      const user = { username, password: randomBytes(9).toString("hex"), sub: randomUUID(), roles: ["user"], ...facts };
      mcias.users.push(user);
      return user;
    },
    stop: async () => {
      const { server } = state;
      if (server === undefined) return;
      delete state.server;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    start: async () => {
      const server = createServer(tls, async (request, response) => {
        const { status, body } = await answerTo(mcias, request);
        response.writeHead(status, { "content-type": "application/json" }).end(body);
      });
      await new Promise<void>((resolve) => server.listen(mcias.port, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      Object.assign(mcias, { port, url: `https://127.0.0.1:${port}` });
      state.server = server;
    },
  };
  await mcias.start();
  endsWith(scope, mcias.stop, () => undefined);
  return mcias;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const json = (status: number, body: object): Answer => ({
  status,
  body: JSON.stringify({ ...body, added_later: true }),
});
const refusal = (status: number, code: string) => json(status, { error: code.replaceAll("_", " "), code });

async function answerTo(mcias: FakeMcias, request: IncomingMessage): Promise<Answer> {
  const path = request.url ?? "";
  mcias.asked.set(path, (mcias.asked.get(path) ?? 0) + 1);
  const body = await bodyOf(request);
  const bearer = request.headers.authorization?.replace(/^Bearer /, "") ?? "";
  if (path === "/v1/auth/login" && request.method === "POST") return mcias.answer ?? loggedIn(mcias, body);
  if (path === "/v1/auth/logout" && request.method === "POST") {
    mcias.revoked.add(String(claimsOf(bearer)["jti"]));
    return { status: 204, body: "" };
  }
  if (path === "/v1/token/validate" && request.method === "POST") return validated(mcias, bearer);
  if (path === "/v1/keys/public" && request.method === "GET") return json(200, mcias.signer.jwk);
  return refusal(404, "not_found");
}

function loggedIn(mcias: FakeMcias, body: Record<string, unknown>): Answer {
  mcias.logins.push(body);
  const user = mcias.users.find(({ username }) => username === body["username"]);
  if (user === undefined || user.password !== body["password"]) return refusal(401, "unauthorized");
  if (user.totpSecret !== undefined) {
    if (body["totp_code"] === undefined) return refusal(401, "totp_required");
    const codes = [0, -1].map((steps) => totpCode(user.totpSecret ?? new Uint8Array(), Date.now(), steps));
    if (!codes.includes(String(body["totp_code"]))) return refusal(401, "unauthorized");
  }
  if (mcias.closedTo.has(String(body["service_name"]))) return refusal(403, "policy_denied");
  const expS = Math.floor(Date.now() / 1000) + mcias.lifeS;
  const token = mcias.signer.token({ sub: user.sub, roles: user.roles, exp: expS });
  return json(200, { token, expires_at: new Date(expS * 1000).toISOString() });
}

/** Looks at its own books alone: what it has signed is not in question here. */
function validated(mcias: FakeMcias, token: string): Answer {
  const { sub, jti, exp } = claimsOf(token);
  const user = mcias.users.find((one) => one.sub === sub);
  if (user === undefined || mcias.revoked.has(String(jti)) || Number(exp) * 1000 < Date.now()) {
    return json(200, { valid: false });
  }
  const { username, roles } = user;
  return json(200, { valid: true, sub, username, roles, expires_at: new Date(Number(exp) * 1000).toISOString() });
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "e30", "base64url").toString() || "{}");
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString() || "{}");
}

/** The issuer of its tokens. */
export const MCIAS_ISSUER = ISSUER;
