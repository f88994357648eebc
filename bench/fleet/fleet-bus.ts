/**
 * The bus under a simulated fleet, as users run it: operator mode, an account for every node, compare-and-set by an
 * operator with credentials. MCP_BENCH_ACCOUNTS=no takes a server without accounts instead, where everybody may do
 * everything: what is left out then is what accounts cost.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import type { OperatorBus } from "../../src/bus/operator-bus.ts";
import { provision } from "../../src/bus/provision.ts";
import type { BusSettings } from "../../src/bus/settings.ts";
import { nodeTenant, tenantAccountJwt, tenantCreds } from "../../src/trust/enrol.ts";
import { createKey, signingKeyOf } from "../../src/trust/keys.ts";
import type { FleetMember } from "../../test/helpers/fleet-protocol.ts";
import { type NatsServer, startNatsServer } from "../../test/helpers/nats-server.ts";
import { type OperatorServer, startOperatorServer } from "../../test/helpers/operator-server.ts";
import type { Scope } from "../../test/helpers/scope.ts";
import { tempDir } from "../../test/helpers/temp-dir.ts";

export interface FleetBus {
  readonly server: NatsServer;
  readonly bus: OperatorBus;
  readonly members: readonly FleetMember[];
  /** An operator's credentials; absent without accounts. */
  readonly creds: string | undefined;
  /** For connections of the same operator. */
  readonly settings: BusSettings;
}

export const hasAccounts = () => process.env["MCP_BENCH_ACCOUNTS"] !== "no";

export async function startFleetBus(scope: Scope, nodes: readonly string[]): Promise<FleetBus> {
  const accounts = hasAccounts() ? await startOperatorServer(scope) : undefined;
  const server = accounts ?? (await startNatsServer(scope));
  const creds = accounts?.admin;
  const settings: BusSettings = {
    servers: [server.url],
    name: "bench",
    inboxPrefix: "_INBOX_bench",
    ...(creds === undefined ? {} : { creds }),
  };
  if (accounts === undefined) await provision(settings, { replicas: 1, create: true });
  const bus = await connectOperatorBus(settings, { author: "bench@here" });
  scope.after(() => bus.close());
  const members =
    accounts === undefined ? nodes.map((node) => ({ node })) : await admitAll(accounts, nodes, await tempDir(scope));
  return { server, bus, members, creds, settings };
}

/** Accounts lie where the server would put them when they are pushed one by one, which for thousands takes minutes. */
async function admitAll({ identity, jwtDir }: OperatorServer, nodes: readonly string[], dir: string) {
  const signer = signingKeyOf(identity["operator-signing"].seed);
  const control = identity.control.publicKey;
  return await Promise.all(
    nodes.map(async (node) => {
      const account = createKey("account");
      const tenant = nodeTenant(node);
      const creds = join(dir, `${node}.creds`);
      await writeFile(join(jwtDir, `${account.publicKey}.jwt`), tenantAccountJwt({ tenant, account, control }, signer));
      await writeFile(creds, tenantCreds({ tenant, account }), { mode: 0o600 });
      return { node, creds };
    }),
  );
}
