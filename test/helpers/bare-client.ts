/**
 * A plain NATS client with given credentials, as an attacker would use it: none of our code between it and the server.
 * It records what the server refuses, by subject.
 */
import { readFile } from "node:fs/promises";
import { type ConnectionOptions, errors, type NatsConnection } from "@nats-io/nats-core";
import { connect, credsAuthenticator } from "@nats-io/transport-node";
import { inboxOf } from "../../src/bus/connection/credentials.ts";
import type { Scope } from "./scope.ts";

export interface BareClient {
  readonly nc: NatsConnection;
  /** `publish` or `subscription`, a space, and the subject, of everything that was refused so far. */
  readonly refused: ReadonlySet<string>;
}

export async function bareClient(
  scope: Scope,
  url: string,
  creds: string,
  options: ConnectionOptions = {},
): Promise<BareClient> {
  const authenticator = credsAuthenticator(await readFile(creds));
  const nc = await connect({ servers: url, authenticator, reconnect: false, inboxPrefix: inboxOf(creds), ...options });
  scope.after(() => nc.close());
  const refused = new Set<string>();
  void (async () => {
    for await (const status of nc.status()) {
      if (status.type !== "error" || !(status.error instanceof errors.PermissionViolationError)) continue;
      refused.add(`${status.error.operation} ${status.error.subject}`);
    }
  })();
  return { nc, refused };
}
