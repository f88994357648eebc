/**
 * Every kind of credentials there is, on one server: what tests of rights compare. `accountOf` a node is a user of the
 * node's account without any rights of its own, so that the account's border is tested without the user's list before it.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Connection } from "../../src/bus/connection/connection.ts";
import { inboxOf } from "../../src/bus/connection/credentials.ts";
import { ensureBucket } from "../../src/bus/files/file-bucket.ts";
import { authRights } from "../../src/schemas/wire/rights.ts";
import { userJwt } from "../../src/trust/claims.ts";
import { renderCreds } from "../../src/trust/creds-file.ts";
import { createKey, type KeyPair, signingKeyOf } from "../../src/trust/keys.ts";
import type { OperatorServer } from "./operator-server.ts";
import type { Scope } from "./scope.ts";
import { tempDir } from "./temp-dir.ts";

export const ROLES = ["rift", "vade", "pager", "ada", "operator", "admin", "login", "auth", "enroll"] as const;
/** Nodes rift and vade, a consumer of events pager, a viewer ada; the others are called what they are. */
export type RoleName = (typeof ROLES)[number];

export interface BusRoles {
  /** Paths of credentials. */
  readonly creds: Readonly<Record<RoleName, string>>;
  /** Of users without rights of their own, in the accounts of rift, pager and ada. */
  readonly accountOf: Readonly<Record<"rift" | "pager" | "ada", string>>;
  /** Without limits, in the control account and in the system account. */
  readonly control: string;
  readonly system: string;
}

/** Credentials of all roles; both durables and both file buckets are there. */
export async function allRoles(scope: Scope, server: OperatorServer): Promise<BusRoles> {
  const dir = await tempDir(scope);
  const [rift, vade] = await Promise.all([server.node("rift"), server.node("vade")]);
  const [pager, ada] = await Promise.all([server.consumer("pager"), server.viewer("ada")]);
  const unlimited = async (name: string, { seed }: KeyPair) => {
    const path = join(dir, `${name}.creds`);
    const user = createKey("user");
    const jwt = userJwt({ name, publicKey: user.publicKey }, signingKeyOf(seed));
    await writeFile(path, renderCreds({ seed: user.seed, jwt }), { mode: 0o600 });
    return path;
  };
  await makeStreams(server, server.admin);
  return {
    creds: {
      rift: rift.creds,
      vade: vade.creds,
      pager: pager.creds,
      ada: ada.creds,
      operator: await server.operator("operator", "operator"),
      admin: await server.operator("an-admin", "admin"),
      login: server.login,
      auth: await server.operator("auth", authRights()),
      enroll: server.enroll,
    },
    accountOf: {
      rift: await unlimited("account-of-rift", rift.account),
      pager: await unlimited("account-of-pager", pager.account),
      ada: await unlimited("account-of-ada", ada.account),
    },
    control: server.admin,
    system: await unlimited("system", server.identity.system),
  };
}

async function makeStreams(server: OperatorServer, creds: string): Promise<void> {
  const link = await Connection.connected(server.settings(creds, inboxOf(creds)), () => undefined);
  try {
    await Promise.all(["rift", "vade"].map((node) => ensureBucket(link, node)));
    for (const name of ["pager", "ada"]) {
      await link.call("make a durable", ({ jsm }) =>
        jsm.consumers.add("MCP_EVENTS", {
          durable_name: name,
          filter_subject: "mcp.v1.event.>",
          ack_policy: "explicit",
        }),
      );
    }
  } finally {
    await link.close();
  }
}
