/**
 * Renders a nats-server configuration for one server and its users, as `mcp dev` runs it and deploy/nats.conf shows it.
 * Users are public nkeys; a user with rights is confined to them, one without is an operator.
 */
import type { Rights } from "../schemas/rights.ts";

export interface ServerUser {
  /** Told in a comment. */
  readonly name: string;
  readonly publicKey: string;
  readonly rights?: Rights;
}

export interface ServerConfig {
  /** `host:port` */
  readonly listen: string;
  readonly storeDir: string;
  readonly users: readonly ServerUser[];
}

export function renderServerConfig({ listen, storeDir, users }: ServerConfig): string {
  return `listen: ${JSON.stringify(listen)}
jetstream {
  store_dir: ${JSON.stringify(storeDir)}
  # Every acknowledged write is on the disk; the default may lose the last seconds in a power cut.
  sync_interval: always
}
authorization {
  users: [
${users.map(renderUser).join("\n")}
  ]
}
`;
}

function renderUser({ name, publicKey, rights }: ServerUser): string {
  const head = `    # ${name}\n    { nkey: ${JSON.stringify(publicKey)}`;
  if (rights === undefined) return `${head} }`;
  const list = (subjects: readonly string[]) => subjects.map((s) => `\n          ${JSON.stringify(s)}`).join("");
  return `${head}
      permissions {
        publish: [${list(rights.publish)}
        ]
        subscribe: [${list(rights.subscribe)}
        ]
      }
    }`;
}
