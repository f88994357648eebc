/**
 * What somebody's credentials can do, measured by effect on a real server: which of their messages arrive in the control
 * account or the system account, which are answered, and which messages they receive.
 */
import type { Msg, NatsConnection } from "@nats-io/nats-core";
import { inboxOf } from "../../src/bus/connection/credentials.ts";
import { NOWHERE } from "../../src/schemas/wire/subjects.ts";
import { bareClient } from "./bare-client.ts";
import type { BusRoles } from "./bus-roles.ts";
import { eventually } from "./eventually.ts";
import type { OperatorServer } from "./operator-server.ts";
import type { Scope } from "./scope.ts";

/** All of them subjects. */
export interface Effects {
  readonly reached: ReadonlySet<string>;
  readonly answered: ReadonlySet<string>;
  readonly heard: ReadonlySet<string>;
}

/** One end in each of the two accounts that matter, without limits. */
export interface Ends {
  readonly control: NatsConnection;
  readonly system: NatsConnection;
  /** The text of every message that arrived in either. */
  readonly arrived: Set<string>;
}

export async function openEnds(scope: Scope, server: OperatorServer, roles: BusRoles): Promise<Ends> {
  const control = await bareClient(scope, server.url, roles.control);
  const system = await bareClient(scope, server.url, roles.system);
  const arrived = new Set<string>();
  for (const { nc } of [control, system]) {
    const callback = (_error: Error | null, message: Msg) => {
      if (message.subject !== NOWHERE) arrived.add(message.string());
    };
    nc.subscribe(">", { callback });
    await nc.flush();
  }
  return { control: control.nc, system: system.nc, arrived };
}

/** NATS's own answer that nobody is there. */
const isDeaf = ({ data, headers }: Msg) => data.length === 0 && headers?.code === 503;
const bare = (subject: string) => subject.split(" ")[0] ?? "";

export interface Measured {
  readonly name: string;
  readonly creds: string;
}

export class RightsMeter {
  readonly #scope: Scope;
  readonly #server: OperatorServer;
  readonly #ends: Ends;

  constructor(scope: Scope, server: OperatorServer, ends: Ends) {
    this.#scope = scope;
    this.#server = server;
    this.#ends = ends;
  }

  /**
   * Publishes to every subject at once, with a reply subject each. Waits for the answers that are expected to what
   * arrives; without `expected` until none has come for a while.
   */
  async publishTo(subjects: readonly string[], { name, creds }: Measured, expected?: ReadonlySet<string>) {
    const inbox = inboxOf(creds);
    const { nc } = await bareClient(this.#scope, this.#server.url, creds);
    const answered = new Set<string>();
    const take = (error: Error | null, message: Msg) => {
      if (error !== null) return; // who may not listen to answers
      const subject = subjects[Number(message.subject.split(".").at(-1))];
      if (subject !== undefined && !isDeaf(message)) answered.add(subject);
    };
    nc.subscribe(`${inbox}.m.*`, { callback: take });
    for (const [index, subject] of subjects.entries()) {
      nc.publish(bare(subject), `${name} to ${subject}`, { reply: `${inbox}.m.${index}` });
    }
    await this.#flush(nc);
    const reached = new Set(subjects.filter((subject) => this.#ends.arrived.has(`${name} to ${subject}`)));
    if (expected === undefined) await quiet(answered);
    else {
      const wanting = () => [...reached].filter((subject) => expected.has(subject) && !answered.has(subject));
      await eventually(() => wanting().length === 0, { what: `every answer to ${name}` }).catch((error) => {
        throw new Error(`${name} has no answer from ${wanting()}`, { cause: error });
      });
    }
    await this.#flush(nc);
    await nc.close();
    return { reached, answered };
  }

  /** Listens to all of `patterns`, while everything is said that there is; gives the subjects heard. */
  async listenTo(patterns: readonly string[], said: readonly string[], { creds }: Measured): Promise<Set<string>> {
    const { nc } = await bareClient(this.#scope, this.#server.url, creds);
    const heard = new Set<string>();
    for (const pattern of patterns) {
      const [subject = "", queue] = pattern.split(" ");
      const callback = (error: Error | null, message: Msg) => {
        if (error === null) heard.add(queue === undefined ? message.subject : `${message.subject} ${queue}`);
      };
      nc.subscribe(subject, { callback, ...(queue === undefined ? {} : { queue }) });
    }
    await nc.flush();
    for (const subject of new Set(said.map(bare))) {
      const end = subject.startsWith("$SYS.") ? this.#ends.system : this.#ends.control;
      end.publish(subject, `said on ${subject}`);
    }
    await this.#flush(this.#ends.control);
    await this.#flush(nc);
    await nc.close();
    return heard;
  }

  /** When it resolves, what was said before on `nc` has been handled, and what that made the server say is here. */
  async #flush(nc: NatsConnection): Promise<void> {
    for (const one of [nc, this.#ends.control, this.#ends.system]) await one.flush();
  }
}

/** Resolves when the set has not grown between two looks. */
async function quiet(growing: ReadonlySet<string>): Promise<void> {
  let before = 0;
  const isQuiet = () => {
    const wasQuiet = growing.size > 0 && growing.size === before;
    before = growing.size;
    return wasQuiet;
  };
  await eventually(isQuiet, { intervalMs: 500, what: "no more answers" });
}
