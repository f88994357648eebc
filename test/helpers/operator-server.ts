/**
 * A real nats-server in operator mode, its keys made for the test: accounts and users as `mcp bus init` and
 * `mcp node add` make them, without their files.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pushAccount } from "../../src/bus/admin/account-server.ts";
import { provision } from "../../src/bus/admin/provision.ts";
import { inboxOf } from "../../src/bus/connection/credentials.ts";
import type { BusSettings } from "../../src/bus/connection/settings.ts";
import { renderServerTrust } from "../../src/nats-server/server-config.ts";
import { operatorInbox, operatorRights, type Rights } from "../../src/schemas/wire/rights.ts";
import {
  type BusIdentity,
  createBusIdentity,
  enrollCreds,
  loginCreds,
  serverTrustOf,
} from "../../src/trust/bus-identity.ts";
import { userJwt } from "../../src/trust/claims.ts";
import { renderCreds } from "../../src/trust/creds-file.ts";
import {
  closedAccountJwt,
  consumerTenant,
  nodeTenant,
  type Tenant,
  tenantAccountJwt,
  tenantCreds,
  viewerTenant,
} from "../../src/trust/enroll.ts";
import { createKey, type KeyPair, signingKeyOf } from "../../src/trust/keys.ts";
import { type NewOperator, newOperator } from "../../src/trust/new-operator.ts";
import { type NatsServer, type NatsServerOptions, startNatsServer } from "./nats-server.ts";
import type { Scope } from "./scope.ts";
import { tempDir } from "./temp-dir.ts";

export interface Admitted {
  readonly account: KeyPair;
  /** Path of the credentials file. */
  readonly creds: string;
}

export interface OperatorServer extends NatsServer {
  readonly identity: BusIdentity;
  /** Where the server keeps the accounts that were pushed, `<public key>.jwt`. */
  readonly jwtDir: string;
  /** Paths of credentials: of an operator without limits, of enrollment, of the login. */
  readonly admin: string;
  readonly enroll: string;
  readonly login: string;
  /** Credentials of a user of the control account, who may do what his role or these rights say; all, without. */
  operator(name: string, may?: "operator" | "admin" | Rights): Promise<string>;
  /** Credentials of an operator as `mcp operator add` makes them; without a scope role admin, for everything. */
  breakGlass(name: string, scope?: Partial<NewOperator>): Promise<string>;
  node(name: string): Promise<Admitted>;
  consumer(name: string): Promise<Admitted>;
  viewer(name: string): Promise<Admitted>;
  /** Shuts a node out. */
  close(name: string, admitted: Admitted): Promise<void>;
  /** With an inbox other than that of the credentials. */
  settings(creds: string, inboxPrefix?: string): BusSettings;
}

export interface OperatorServerOptions extends NatsServerOptions {
  /** False leaves it without streams. */
  readonly provision?: boolean;
}

/** Starts it with every stream in place. */
export async function startOperatorServer(scope: Scope, options: OperatorServerOptions = {}): Promise<OperatorServer> {
  const dir = await tempDir(scope);
  const identity = createBusIdentity();
  const signer = signingKeyOf(identity["operator-signing"].seed);
  const jwtDir = join(dir, "jwt");
  const config = renderServerTrust(serverTrustOf(identity), jwtDir);
  const server = await startNatsServer(scope, { ...options, config });
  const settings = (creds: string, inboxPrefix: string = inboxOf(creds)) => ({
    servers: [server.url],
    name: "test",
    creds,
    inboxPrefix,
  });
  const file = async (name: string, text: string) => {
    const path = join(dir, `${name}.creds`);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const enroll = await file("enroll", enrollCreds(identity));
  const login = await file("login", loginCreds(identity));
  const push = (jwt: string) => pushAccount(settings(enroll, ""), jwt);
  const control = identity.control.publicKey;
  const operator = (name: string, may?: "operator" | "admin" | Rights) => {
    const { publicKey, seed } = createKey("user");
    const rights = typeof may === "string" ? operatorRights(may, operatorInbox(publicKey)) : may;
    const facts = { name, publicKey, issuerAccount: control, ...(rights === undefined ? {} : { rights }) };
    return file(name, renderCreds({ seed, jwt: userJwt(facts, signingKeyOf(identity["break-glass"].seed)) }));
  };
  const admit = async (tenant: Tenant) => {
    const account = createKey("account");
    await push(tenantAccountJwt({ tenant, account, control }, signer));
    return { account, creds: await file(tenant.accountName, tenantCreds({ tenant, account })) };
  };
  const admin = await operator("admin");
  if (options.provision !== false) await provision(settings(admin), { replicas: 1, create: true });
  return Object.assign(server, {
    identity,
    jwtDir,
    admin,
    enroll,
    login,
    operator,
    breakGlass: (name: string, scope: Partial<NewOperator> = {}) =>
      file(name, newOperator({ role: "admin", nodes: ["*"], services: ["*"], ...scope, name }, identity).creds),
    settings,
    node: (name: string) => admit(nodeTenant(name)),
    consumer: (name: string) => admit(consumerTenant(name)),
    viewer: (name: string) => admit(viewerTenant(name)),
    close: (name: string, { account }: Admitted) =>
      push(closedAccountJwt({ tenant: nodeTenant(name), account, control }, signer)),
  });
}
