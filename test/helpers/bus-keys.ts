/** The keys of a bus for a test, and credentials files from them, without a server. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pushAccount } from "../../src/bus/admin/account-server.ts";
import type { BusSettings } from "../../src/bus/connection/settings.ts";
import { ENROLL_INBOX, nodeInbox, operatorInbox } from "../../src/schemas/wire/rights.ts";
import {
  type BusIdentity,
  createBusIdentity,
  enrollCreds,
  type ServerTrust,
  serverTrustOf,
} from "../../src/trust/bus-identity.ts";
import { bridgeCreds, nodeTenant, siteAccountJwt, tenantAccountJwt, tenantCreds } from "../../src/trust/enroll.ts";
import { createKey, signingKeyOf } from "../../src/trust/keys.ts";
import { newOperator } from "../../src/trust/new-operator.ts";

/** The settings of a client that depend on its user. */
export type UserSettings = Pick<BusSettings, "creds" | "inboxPrefix"> & { readonly creds: string };

export interface BusKeys {
  readonly identity: BusIdentity;
  readonly trust: ServerTrust;
  /** A new operator with role admin and the whole scope. */
  operator(name: string): Promise<UserSettings>;
  /**
   * Enrolls the node on a running server. Returns its credentials and the trust of a leaf server for its site; the credentials
   * of that leaf server are in `bridge-<node>.creds`.
   */
  enrollNode(
    node: string,
    server: Pick<BusSettings, "servers" | "ca">,
  ): Promise<UserSettings & { readonly siteTrust: ServerTrust }>;
}

export function createBusKeys(dir: string): BusKeys {
  const identity = createBusIdentity();
  const trust = serverTrustOf(identity);
  const signer = signingKeyOf(identity["operator-signing"].seed);
  const file = async (name: string, text: string) => {
    const path = join(dir, `${name}.creds`);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  return {
    identity,
    trust,
    operator: async (name) => {
      const { publicKey, creds } = newOperator({ name, role: "admin", nodes: ["*"], services: ["*"] }, identity);
      return { creds: await file(name, creds), inboxPrefix: operatorInbox(publicKey) };
    },
    enrollNode: async (node, server) => {
      const facts = { tenant: nodeTenant(node), account: createKey("account"), control: identity.control.publicKey };
      const enroll = { name: "test", creds: await file("enroll", enrollCreds(identity)), inboxPrefix: ENROLL_INBOX };
      await pushAccount({ ...server, ...enroll }, tenantAccountJwt(facts, signer));
      await file(`bridge-${node}`, bridgeCreds(facts));
      const { systemAccount } = trust;
      const accounts = {
        [systemAccount]: trust.accounts[systemAccount] ?? "",
        [facts.account.publicKey]: siteAccountJwt(facts, signer),
      };
      const siteTrust = { ...trust, accounts };
      return { creds: await file(node, tenantCreds(facts)), inboxPrefix: nodeInbox(node), siteTrust };
    },
  };
}
