/** A provisioned server without accounts: an operator who may do everything, and a node with the rights of its own alone. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createUser } from "@nats-io/nkeys";
import { provision } from "../../src/bus/admin/provision.ts";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import type { OperatorBus } from "../../src/bus/ports/operator-bus.ts";
import { nodeRights } from "../../src/schemas/wire/rights.ts";
import { type NatsServer, type NatsServerOptions, startNatsServer } from "../helpers/nats-server.ts";
import type { Scope } from "../helpers/scope.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { settingsFor } from "./bus-fixtures.ts";

interface User {
  readonly creds: string;
  readonly seed: Uint8Array;
  /** As the server's configuration names it. */
  readonly line: string;
}

async function user(scope: Scope, rights?: object): Promise<User> {
  const pair = createUser();
  const seed = pair.getSeed();
  const creds = join(await tempDir(scope), "user.creds");
  const text = `-----BEGIN USER NKEY SEED-----\n${new TextDecoder().decode(seed)}\n------END USER NKEY SEED------\n`;
  await writeFile(creds, text, { mode: 0o600 });
  const permissions = rights === undefined ? "" : `, permissions: ${JSON.stringify(rights)}`;
  return { creds, seed, line: `{ nkey: ${pair.getPublicKey()}${permissions} }` };
}

export interface RuledServer {
  readonly server: NatsServer;
  readonly operators: OperatorBus;
  /** The key of node `rift`. */
  readonly seed: Uint8Array;
  /** Settings of node `rift`. */
  readonly own: { readonly creds: string; readonly inboxPrefix: string };
}

export async function ruledServer(scope: Scope, options: Pick<NatsServerOptions, "version">): Promise<RuledServer> {
  const [operator, node] = await Promise.all([user(scope), user(scope, nodeRights("rift"))]);
  const config = `authorization { users: [ ${operator.line}, ${node.line} ] }`;
  const server = await startNatsServer(scope, { ...options, config });
  const settings = settingsFor(server, { creds: operator.creds });
  await provision(settings, { replicas: 1, create: true });
  const operators = await connectOperatorBus(settings, { author: "kyle@desk" });
  scope.after(() => operators.close());
  return { server, operators, seed: node.seed, own: { creds: node.creds, inboxPrefix: "_INBOX_rift" } };
}
