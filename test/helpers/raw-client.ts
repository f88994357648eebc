/**
 * NATS spoken by hand over a socket: for what no client library would send. Signs the server's challenge with the seed of
 * a credentials file, and says in CONNECT whatever it is told to.
 */
import { readFile } from "node:fs/promises";
import { createConnection, type Socket } from "node:net";
import { parseCreds } from "../../src/trust/creds-file.ts";
import { eventually } from "./eventually.ts";
import type { Scope } from "./scope.ts";

export interface RawClient {
  /** Everything the server has said so far. */
  text(): string;
  send(bytes: string): void;
  /** Resolves when the server has answered a ping, or has closed the connection. */
  settle(): Promise<void>;
  isClosed(): boolean;
}

/** `own` is laid over what CONNECT says of these credentials. Resolves when the server has taken or refused it. */
export async function rawClient(
  scope: Scope,
  port: number,
  creds: string | undefined,
  own: object = {},
): Promise<RawClient> {
  const socket = createConnection({ host: "127.0.0.1", port });
  const state = { text: "", closed: false };
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => {
    state.text += text;
  });
  socket.on("close", () => {
    state.closed = true;
  });
  socket.on("error", () => undefined); // told by `closed`
  scope.after(() => void socket.destroy());
  await eventually(() => state.text.includes("\r\n") || state.closed, { what: "the server's greeting" });
  socket.write(`CONNECT ${JSON.stringify({ ...(await signedConnect(state.text, creds)), ...own })}\r\n`);
  const settle = () => settled(socket, state);
  await settle();
  return {
    text: () => state.text,
    send: (bytes) => void socket.write(bytes, "latin1"),
    settle,
    isClosed: () => state.closed,
  };
}

async function signedConnect(greeting: string, creds: string | undefined): Promise<object> {
  const base = { verbose: false, pedantic: false, lang: "raw", version: "1", protocol: 1, headers: true };
  if (creds === undefined) return base;
  const { jwt, key } = parseCreds(await readFile(creds, "utf8"));
  const nonce = /"nonce":"([^"]+)"/.exec(greeting)?.[1] ?? "";
  return { ...base, jwt, sig: Buffer.from(key.sign(Buffer.from(nonce))).toString("base64url") };
}

async function settled(socket: Socket, state: { text: string; closed: boolean }): Promise<void> {
  const pongs = () => state.text.split("PONG\r\n").length;
  const before = pongs();
  socket.write("PING\r\n");
  await eventually(() => state.closed || pongs() > before, { what: "the server's answer" });
}
