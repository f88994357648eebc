/** The keys of a bus made for a test, and credentials files from them; no server yet. */
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

/** What of a client's settings a user decides. */
export type UserSettings = Pick<BusSettings, "creds" | "inboxPrefix"> & { readonly creds: string };

export interface PaperBus {
  readonly identity: BusIdentity;
  readonly trust: ServerTrust;
  /** A new operator with role admin, for everything. */
  operator(name: string): Promise<UserSettings>;
  /**
   * Makes a running server know the node, and gives its credentials, and what the leaf server of a site with it believes;
   * the credentials of that server lie in `bridge-<node>.creds`.
   */
  admit(
    node: string,
    door: Pick<BusSettings, "servers" | "ca">,
  ): Promise<UserSettings & { readonly siteTrust: ServerTrust }>;
}

export function paperBus(dir: string): PaperBus {
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
    admit: async (node, door) => {
      const facts = { tenant: nodeTenant(node), account: createKey("account"), control: identity.control.publicKey };
      const enroll = { name: "test", creds: await file("enroll", enrollCreds(identity)), inboxPrefix: ENROLL_INBOX };
      await pushAccount({ ...door, ...enroll }, tenantAccountJwt(facts, signer));
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
