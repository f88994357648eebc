/**
 * The bus of a simulation, as its nodes and its operators see it: what one side writes the other reads, each at its own
 * distance, and the whole may be set back to an older state.
 */
import type { OperatorBus } from "../../src/bus/ports/operator-bus.ts";
import type { DesiredService } from "../../src/schemas/service/desired.ts";
import type { ObservedService } from "../../src/schemas/service/observed.ts";
import { documentHash } from "../../src/schemas/service/spec-hash.ts";
import { desiredCodec } from "../../src/schemas/wire/codec.ts";
import { signDocument } from "../../src/trust/proof.ts";
import { hasCode, McpError } from "../../src/values/error.ts";
import type { TestOperator } from "../helpers/operator-keys.ts";
import type { Turn } from "../twin/conduct.ts";
import { type BusDistance, MemoryBus } from "../twin/memory-bus.ts";
import { MemoryOperatorBus } from "../twin/memory-operator-bus.ts";
import { NEVER } from "../twin/never.ts";
import { NODES, type NodeId } from "./acts.ts";
import type { SimTime } from "./sim-time.ts";

interface Dated<T> {
  readonly atMs: number;
  readonly value: T;
}

/** How an operator reaches the bus. */
export interface Distance {
  isCut(): boolean;
  turn(verb: string): Turn;
}

export class SimBus {
  readonly nodes: MemoryBus;
  readonly truth: MemoryOperatorBus;
  /** Every document that was ever written, by its hash. */
  readonly written = new Map<string, DesiredService>();
  /** Called with each document that an operator has written, and what it replaced. */
  onWrite: (document: DesiredService, replaced: DesiredService | undefined) => void = () => undefined;
  readonly #time: SimTime;
  readonly #documents: Dated<DesiredService>[] = [];
  readonly #reports: Dated<ObservedService>[] = [];

  constructor(time: SimTime, distance: Omit<BusDistance, "sleep">) {
    this.#time = time;
    this.nodes = new MemoryBus({ sleep: time.sleep, ...distance });
    this.nodes.serverNow = time.now;
    this.truth = new MemoryOperatorBus(time.now);
    this.truth.afterWrite = (document) => this.#written(document);
    this.nodes.onReport = (report) => {
      this.#reports.push({ atMs: time.now(), value: report });
      this.truth.putObserved(report);
      this.onReport(report);
    };
  }

  onReport: (report: ObservedService) => void = () => undefined;

  /** The whole bus is as it was `ageMs` ago, and its server was restarted for that. */
  rollBack(ageMs: number): void {
    const thenMs = this.#time.now() - ageMs;
    const kept = this.#documents.filter(({ atMs }) => atMs <= thenMs);
    for (const { value } of this.#documents) {
      this.truth.forgetDesired(value.node, value.service);
      this.nodes.desired.delete(`${value.node}.${value.service}`);
    }
    for (const { value } of kept) {
      this.truth.putDesired(value);
      this.nodes.desired.set(`${value.node}.${value.service}`, new TextDecoder().decode(desiredCodec.encode(value)));
    }
    this.#documents.splice(0, this.#documents.length, ...kept);
    for (const { atMs, value } of this.#reports) if (atMs <= thenMs) this.truth.putObserved(value);
  }

  /** The bus as one operator has it, who signs what has no proof. An answer that is lost is looked up, as the real one does. */
  operatorBus(operator: TestOperator, distance: Distance): OperatorBus {
    const travel = async (ms: number) => {
      if (ms > 0) await this.#time.sleep(ms, NEVER);
      if (distance.isCut()) throw new McpError("E_BUS_UNREACHABLE", "the bus is not connected");
    };
    const call = async <T>(verb: string, work: () => Promise<T>): Promise<T> => {
      const { beforeMs, afterMs, fault } = distance.turn(verb);
      await travel(beforeMs);
      if (fault instanceof Error) throw fault;
      const answer = await work();
      await travel(afterMs);
      if (typeof fault === "object" && fault.late instanceof Error) throw fault.late;
      return answer;
    };
    const { truth } = this;
    const writeDesired = async (document: DesiredService, revision: number): Promise<number> => {
      const signed = document.proof === undefined ? signDocument(document, operator) : document;
      try {
        return await call("writeDesired", () => truth.writeDesired(signed, revision));
      } catch (error) {
        if (!hasCode(error, "E_BUS_UNREACHABLE")) throw error;
        const now = await call("readDesired", () => truth.readDesired(document.node, document.service));
        if (now?.document.writeId !== document.writeId) throw error;
        return now.revision;
      }
    };
    return new Proxy<OperatorBus>(truth, {
      get: (_, key) => {
        if (key === "author") return operator.author;
        if (key === "writeDesired") return writeDesired;
        const member: unknown = Reflect.get(truth, key, truth);
        if (typeof member !== "function") return member;
        const method = member.bind(truth) as (...given: unknown[]) => Promise<unknown>;
        return (...given: unknown[]) => call(String(key), () => method(...given));
      },
    });
  }

  #written(document: DesiredService): void {
    const { node, service } = document;
    const before = this.#documents.findLast(({ value }) => value.node === node && value.service === service)?.value;
    this.#documents.push({ atMs: this.#time.now(), value: document });
    this.written.set(documentHash(document), document);
    this.onWrite(document, before);
    this.nodes.put(document);
  }

  /** Of each service on each node, what its node reported last, as operators read it. */
  async reports(): Promise<readonly ObservedService[]> {
    return (await this.truth.listObserved()).map(({ value }) => value);
  }
}

export const isNode = (who: string): who is NodeId => NODES.some((node) => node === who);
