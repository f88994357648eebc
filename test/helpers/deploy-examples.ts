/** The server configurations in deploy/, and what each is rendered from. */
import type { NodeAccounts } from "../../src/cli/server/render-servers.ts";
import type { IdentityServerFile, ServerRecord, SiteRecord } from "../../src/schemas/settings/identity-file.ts";
import type { ServerTrust } from "../../src/trust/bus-identity.ts";
import { decodeJwt } from "../../src/trust/jwt.ts";

export interface Example {
  /** Below deploy/. */
  readonly path: string;
  readonly server: ServerRecord;
  readonly file: IdentityServerFile;
}

const AT = { version: 1, configDir: "/etc/nats", dataDir: "/var/lib/nats", certificates: "own" } as const;

function example(path: string, server: ServerRecord, more: Partial<IdentityServerFile> = {}): Example {
  return { path, server, file: { ...AT, servers: [server], ...more } };
}

const CLUSTER: readonly ServerRecord[] = [1, 2, 3].map((n) => ({
  name: `n${n}`,
  hosts: [`n${n}.example.net`],
  port: 4222,
}));

const HUB: ServerRecord = { hosts: ["hub.example.net"], port: 4222 };

export const EXAMPLES: readonly Example[] = [
  example("nats.conf", { hosts: ["bus.example.net"], port: 4222 }),
  ...CLUSTER.map((server) => example(`cluster/${server.name}.conf`, server, { servers: CLUSTER })),
  example("leaf/hub.conf", HUB, { leafPort: 7422 }),
];

/** The server of a site with one node, and what it is rendered from. */
export const SITE_EXAMPLE = {
  path: "leaf/site.conf",
  site: { name: "lakeside", host: "nats.lakeside.example.net", port: 4222, nodes: ["rift"] },
  file: { ...AT, servers: [HUB], leafPort: 7422 },
} as const satisfies { path: string; site: SiteRecord; file: IdentityServerFile };

/** The accounts of nodes among these. */
export function nodeAccountsIn({ accounts }: ServerTrust): NodeAccounts {
  return Object.entries(accounts).flatMap(([account, jwt]) => {
    const { name = "" } = decodeJwt(jwt);
    return name.startsWith("N_") ? [{ node: name.slice(2), account }] : [];
  });
}

/** The JWTs in a configuration. */
export function trustShownIn(text: string): ServerTrust {
  const [, operatorJwt = ""] = /^operator: (\S+)$/m.exec(text) ?? [];
  const [, systemAccount = ""] = /^system_account: (\S+)$/m.exec(text) ?? [];
  const accounts = [...text.matchAll(/^ {2}(A[A-Z2-7]{55}): (\S+)$/gm)].map(([, key = "", jwt = ""]) => [key, jwt]);
  return { operatorJwt, systemAccount, accounts: Object.fromEntries(accounts) };
}

/** What stands in a configuration for whom it believes, and what is to stand there instead: for `deployedServer`. */
export function otherTrust(text: string, trust: ServerTrust): Record<string, string> {
  const shown = trustShownIn(text);
  const named = (accounts: ServerTrust["accounts"]) =>
    new Map(Object.entries(accounts).map(([key, jwt]) => [decodeJwt(jwt).name, { key, jwt }]));
  const [old, fresh] = [named(shown.accounts), named(trust.accounts)];
  const replace: Record<string, string> = { [shown.operatorJwt]: trust.operatorJwt };
  for (const [name, { key, jwt }] of old) {
    const other = fresh.get(name);
    if (other !== undefined) Object.assign(replace, { [jwt]: other.jwt, [key]: other.key });
  }
  return replace;
}
