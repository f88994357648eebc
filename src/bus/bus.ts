/**
 * Connects a node's bus or an operator's bus. The NATS client is loaded by the first call, not on import: commands that fail
 * early do not need it.
 */
import type { PinnedKeys } from "../trust/stored-intent.ts";
import type { NodeName } from "../values/names.ts";
import type { OnProblem } from "./connection/connection.ts";
import { type BusSettings, checkSettings } from "./connection/settings.ts";
import type { NodeBus } from "./ports/node-bus.ts";
import type { JunkDesired, OperatorBus } from "./ports/operator-bus.ts";

export interface NodeBusOptions {
  /** Receives failures that no call reports, such as failed attempts to connect. They contain nothing secret. */
  readonly onProblem: OnProblem;
}

export interface OperatorBusOptions {
  /** `user@workstation`: the author of writes, unless the credentials name one. */
  readonly author: string;
  readonly onProblem?: OnProblem;
  /** Whose signatures count. Without keys documents are judged by shape and address. */
  readonly keys?: PinnedKeys;
  /** Called for each stored value that counts for nothing, whenever it is read. */
  onJunk?(junk: JunkDesired): void;
  /** Called when the list of removed operators cannot be used: what they signed counts. */
  onNoRemovals?(text: string): void;
}

/**
 * The bus of `node`. It may not be connected yet: it connects in the background and retries for ever.
 * @throws McpError E_CONFIG, E_REFUSED for invalid settings
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
  const [{ Connection }, { natsOperatorBus }, { signingWith }, { withinScope }, { removedOperators }] =
    await Promise.all([
      import("./connection/connection.ts"),
      import("./nats-operator-bus.ts"),
      import("./connection/signing.ts"),
      import("./scope-guard.ts"),
      import("./kv/revocations.ts"),
    ]);
  const signing = signingWith(options.author, settings.creds);
  const connection = await Connection.connected(settings, options.onProblem ?? (() => undefined));
  const { claims } = signing;
  const { keys = { signers: [], exchange: [] }, onJunk = () => undefined } = options;
  const removed = removedOperators(connection, { keys, onProblem: (text) => options.onNoRemovals?.(text) });
  const validity = { keys, removed, now: Date.now, onJunk };
  if (claims === undefined) return natsOperatorBus(connection, signing, validity);
  if (claims.role !== "viewer") return withinScope(natsOperatorBus(connection, signing, validity), claims);
  const { natsViewerBus } = await import("./nats-viewer-bus.ts");
  return natsViewerBus(connection, signing, claims.name);
}
