/** An operator of a simulation: what he saw, and his changes, made by the CLI's own code from snapshot to write. */
import type { OperatorBus } from "../../src/bus/ports/operator-bus.ts";
import { type ChangeRequest, makeChange } from "../../src/cli/change/make-change.ts";
import { readSnapshot, requireNoClash } from "../../src/cli/change/read-snapshot.ts";
import type { SeenStates } from "../../src/cli/change/seen-states.ts";
import { signature } from "../../src/cli/change/signature.ts";
import { publishChange, remember, writeChange } from "../../src/cli/change/write-change.ts";
import { planReseed } from "../../src/cli/sync/reseed.ts";
import { type DesiredService, type StateRef, specOf } from "../../src/schemas/service/desired.ts";
import type { ComponentSpec, ServiceSpec } from "../../src/schemas/service/spec.ts";
import { hasCode, McpError } from "../../src/values/error.ts";
import type { TestOperator } from "../helpers/operator-keys.ts";
import type { NodeId, OperatorId, ServiceId } from "./acts.ts";
import type { SimClock } from "./sim-time.ts";

export interface OperatorPorts {
  readonly id: OperatorId;
  readonly keys: TestOperator;
  readonly bus: OperatorBus;
  readonly clock: SimClock;
  trace(text: string): void;
  /** This write overwrites what he was warned of. */
  onForced(writeId: string): void;
  /** He was shown this state. */
  onSeen(document: DesiredService): void;
}

export interface Order {
  readonly node: NodeId;
  readonly service: ServiceId;
  readonly command: "deploy" | "undeploy" | "stop" | "start" | "retry" | "adopt";
  readonly force: boolean;
  /** What a deploy asks for. */
  readonly spec?: ServiceSpec;
  /** Other services of the node are written with it, so what clashes now need not clash then. */
  readonly isPartOfSync?: boolean;
  /** What an adoption takes. */
  readonly stray?: { readonly id: string; readonly spec: ComponentSpec };
}

export class SimOperator {
  readonly id: OperatorId;
  readonly keys: TestOperator;
  isCut = false;
  readonly #ports: OperatorPorts;
  readonly #seen = seenInMemory();

  constructor(ports: OperatorPorts) {
    this.id = ports.id;
    this.keys = ports.keys;
    this.#ports = ports;
  }

  /** Never rejects: what is refused or lost is shown to the operator. */
  async change(order: Order): Promise<void> {
    const { trace, id } = this.#ports;
    const what = `${id}: ${order.command} ${order.service}@${order.node}`;
    try {
      trace(`${what}: ${await this.#change(order)}`);
    } catch (error) {
      if (!(error instanceof McpError)) throw error;
      trace(`${what}: ${error.code}`);
    }
  }

  async #change(order: Order): Promise<string> {
    const { bus } = this.#ports;
    const { node, service, force, command } = order;
    const ports = { bus, seen: this.#seen, onProblem: () => undefined };
    const snapshot = await readSnapshot(ports, { node, service });
    const asked = request(order, specOf(snapshot.stored));
    if (asked === undefined) return "nothing to do";
    if (asked.spec !== undefined && order.isPartOfSync !== true) requireNoClash(asked.spec, snapshot);
    const signed = signature(this.#ports.clock, { bus, command, message: undefined });
    const change = makeChange(snapshot, { ...asked, force }, signed);
    if (change.document === undefined) {
      if (change.marksSeen && snapshot.stored !== undefined) {
        await remember(ports, snapshot.stored.document);
        this.#ports.onSeen(snapshot.stored.document);
      }
      return "unchanged";
    }
    if (change.forced) this.#ports.onForced(change.document.writeId);
    await writeChange(ports, change, change.document);
    await publishChange(ports, change, change.document);
    return `generation ${change.document.generation}${change.forced ? ", forced" : ""}`;
  }

  /** `mcp sync --reseed`: what nodes accepted and the bus has lost. */
  async reseed(offers: readonly DesiredService[]): Promise<void> {
    const { bus, trace, id } = this.#ports;
    try {
      const bucket = await bus.readDesiredBucket();
      const { writes } = planReseed(bucket, offers, { force: false });
      const signal = new AbortController().signal;
      await bus.writeManyDesired({ writes, bucket, signal, onIndexProblem: () => undefined });
      trace(
        `${id}: reseed: ${writes.map(({ document: d }) => `${d.service}@${d.node} ${d.generation}`).join(", ") || "nothing"}`,
      );
    } catch (error) {
      if (!hasCode(error, "E_BUS_UNREACHABLE")) throw error;
      trace(`${id}: reseed: E_BUS_UNREACHABLE`);
    }
  }
}

function request(
  { command, spec, stray }: Order,
  stored: ServiceSpec | undefined,
): Omit<ChangeRequest, "force"> | undefined {
  const whole = { retry: false, checkSeen: true, whole: true };
  if (command === "deploy") return spec && { spec, ...whole };
  if (stored === undefined) return undefined;
  if (command === "adopt") return stray && adoption(stored, stray, whole);
  if (command === "undeploy") return { spec: undefined, ...whole, checkSeen: false };
  if (command === "retry") return { spec: stored, ...whole, retry: true };
  return { spec: { ...stored, active: command === "start" }, ...whole, checkSeen: false, whole: false };
}

function adoption(
  stored: ServiceSpec,
  { id, spec }: NonNullable<Order["stray"]>,
  whole: Pick<ChangeRequest, "retry" | "checkSeen">,
): Omit<ChangeRequest, "force"> {
  const others = stored.components.filter(({ name }) => name !== spec.name);
  return { ...whole, whole: false, spec: { ...stored, components: [...others, spec] }, adopt: { [spec.name]: id } };
}

function seenInMemory(): SeenStates {
  const states = new Map<string, StateRef>();
  const key = (node: string, service: string) => `${node}.${service}`;
  return {
    read: async (node, service) => states.get(key(node, service)),
    readAll: async () => (node, service) => states.get(key(node, service)),
    write: async (node, service, ref) => void states.set(key(node, service), ref),
    writeAll: async (all) => {
      for (const { node, service, generation, hash } of all) states.set(key(node, service), { generation, hash });
    },
    forget: async () => states.clear(),
  };
}
