/**
 * The bus under a simulated fleet, as users run it: operator mode, an account for every node, documents and requests
 * signed by an operator and checked by every node. MCP_BENCH_ACCOUNTS=no takes a server without accounts instead, where
 * everybody may do everything and nothing is signed: what is left out then is what these cost.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TrustSettings } from "../../src/agent/state/settings.ts";
import { provision } from "../../src/bus/admin/provision.ts";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import type { BusSettings } from "../../src/bus/connection/settings.ts";
import type { OperatorBus } from "../../src/bus/ports/operator-bus.ts";
import { nodeTenant, tenantAccountJwt, tenantCreds } from "../../src/trust/enroll.ts";
import { createKey, signingKeyOf } from "../../src/trust/keys.ts";
import { newOperator } from "../../src/trust/new-operator.ts";
import type { FleetMember } from "../../test/helpers/fleet-protocol.ts";
import { type NatsServer, startNatsServer } from "../../test/helpers/nats-server.ts";
import { type OperatorServer, startOperatorServer } from "../../test/helpers/operator-server.ts";
import type { Scope } from "../../test/helpers/scope.ts";
import { tempDir } from "../../test/helpers/temp-dir.ts";

export interface FleetBus {
  readonly server: NatsServer;
  readonly bus: OperatorBus;
  readonly members: readonly FleetMember[];
  /** Credentials without limits, for the row's own work and bare clients; absent without accounts. */
  readonly creds: string | undefined;
  /** Credentials with which `mcp` signs, and whom the nodes obey; absent without accounts. */
  readonly operator: { readonly creds: string; readonly trust: TrustSettings } | undefined;
  /** For connections of the same operator. */
  readonly settings: BusSettings;
}

const HOUR_MS = 3_600_000;

export const hasAccounts = () => process.env["MCP_BENCH_ACCOUNTS"] !== "no";

export async function startFleetBus(scope: Scope, nodes: readonly string[]): Promise<FleetBus> {
  const accounts = hasAccounts() ? await startOperatorServer(scope) : undefined;
  const server = accounts ?? (await startNatsServer(scope));
  const creds = accounts?.admin;
  const plain = { servers: [server.url], name: "bench", inboxPrefix: "_INBOX_bench" };
  const settings: BusSettings = creds === undefined ? plain : { ...plain, creds };
  if (accounts === undefined) await provision(settings, { replicas: 1, create: true });
  const bus = await connectOperatorBus(settings, { author: "bench@here" });
  scope.after(() => bus.close());
  const base = { server, bus, creds, settings };
  if (accounts === undefined) return { ...base, members: nodes.map((node) => ({ node })), operator: undefined };
  const dir = await tempDir(scope);
  return { ...base, members: await admitAll(accounts, nodes, dir), operator: await signingOperator(accounts, dir) };
}

async function signingOperator({ identity }: OperatorServer, dir: string) {
  const scope = { role: "admin", nodes: ["*"], services: ["*"] } as const;
  const creds = join(dir, "operator.creds");
  await writeFile(creds, newOperator({ name: "bench", ...scope }, identity).creds, { mode: 0o600 });
  const signers = [identity["break-glass"].publicKey];
  const trust: TrustSettings = { signers, exchange: [], exchangeRole: "operator", exchangeLifeMs: HOUR_MS };
  return { creds, trust };
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
