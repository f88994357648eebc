/**
 * The front door: a node's bus and an operator's bus from settings. The NATS client is loaded on the first call, not on
 * import, since most commands of the CLI that fail early never need it.
 */
import type { NodeName } from "../values/names.ts";
import type { OnProblem } from "./connection/connection.ts";
import { type BusSettings, checkSettings } from "./connection/settings.ts";
import type { NodeBus } from "./ports/node-bus.ts";
import type { OperatorBus } from "./ports/operator-bus.ts";

export interface NodeBusOptions {
  /** Hears of failures that no call reports, such as each attempt to connect; nothing secret is in them. */
  readonly onProblem: OnProblem;
}

export interface OperatorBusOptions {
  /** `user@workstation`: names what is written, unless the credentials say who writes. */
  readonly author: string;
  readonly onProblem?: OnProblem;
}

/**
 * The bus of `node`, not necessarily connected yet: it connects in the background and for ever.
 * @throws McpError E_CONFIG, E_REFUSED for settings that cannot work
 */
export async function connectNodeBus(settings: BusSettings, node: NodeName, options: NodeBusOptions): Promise<NodeBus> {
  checkSettings(settings);
  const [{ Connection }, { natsNodeBus }] = await Promise.all([
    import("./connection/connection.ts"),
    import("./nats-node-bus.ts"),
  ]);
  return natsNodeBus(Connection.connecting(settings, options.onProblem), node);
}

/**
 * The bus of an operator, connected.
 * @throws McpError E_CONFIG, E_REFUSED, E_BUS_VERSION, E_BUS_UNREACHABLE within about 3 s
 */
export async function connectOperatorBus(settings: BusSettings, options: OperatorBusOptions): Promise<OperatorBus> {
  checkSettings(settings);
  const [{ Connection }, { natsOperatorBus }, { signingWith }, { withinScope }] = await Promise.all([
    import("./connection/connection.ts"),
    import("./nats-operator-bus.ts"),
    import("./connection/signing.ts"),
    import("./scope-guard.ts"),
  ]);
  const signing = signingWith(options.author, settings.creds);
  const connection = await Connection.connected(settings, options.onProblem ?? (() => undefined));
  const { claims } = signing;
  if (claims === undefined) return natsOperatorBus(connection, signing);
  if (claims.role !== "viewer") return withinScope(natsOperatorBus(connection, signing), claims);
  const { natsViewerBus } = await import("./nats-viewer-bus.ts");
  return natsViewerBus(connection, signing, claims.name);
}
