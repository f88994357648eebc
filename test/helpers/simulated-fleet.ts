/**
 * Any number of real agents over pretended machines (simulated-agent.ts), spread over a few processes, on a real bus.
 * Their processor time is their own, so that a program measured beside them waits for them as it would for machines.
 */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type {
  BareAnswer,
  FleetMember,
  FleetOrder,
  FleetPlan,
  FromHost,
  MachineFacts,
  ToHost,
} from "./fleet-protocol.ts";
import { untilStopped } from "./processes.ts";
import { endsWith, type Scope } from "./scope.ts";

export interface FleetOptions extends Partial<FleetPlan> {
  readonly servers: readonly string[];
  /** Default 1. */
  readonly processes?: number;
}

export interface SimulatedFleet {
  /** Nodes that were here before find store and machine as they left them. Resolves when all are connected and ready. */
  start(members: readonly FleetMember[]): Promise<void>;
  stop(nodes: readonly string[]): Promise<void>;
  look(nodes: readonly string[]): Promise<readonly MachineFacts[]>;
  /** Resolves when these agents have nothing left to deliver. */
  drained(nodes: readonly string[]): Promise<void>;
  /** Documents that all agents together have accepted so far. */
  accepted(): number;
  /** Resolves with `performance.now()` of the moment when so many were accepted. */
  whenAccepted(count: number, timeoutMs?: number): Promise<number>;
  /** Adds as many bare answerers to the same processes. */
  answerBarely(count: number, answer: BareAnswer): Promise<void>;
  /** Bare clients in place of agents: what they read counts as accepted. */
  followBarely(members: readonly FleetMember[]): Promise<void>;
  /** Stops the processes of all agents in their tracks (SIGSTOP): machines that hang; they still look alive. */
  freeze(): void;
  thaw(): void;
  readonly pids: readonly number[];
}

const HOST = fileURLToPath(new URL("fleet-host.ts", import.meta.url));
const ACCEPT_TIMEOUT_MS = 180_000;

/** The processes are killed when the scope ends. */
export function simulatedFleet(scope: Scope, options: FleetOptions): SimulatedFleet {
  const { processes = 1, images = [], latencyMs = 0, ...rest } = options;
  const plan: FleetPlan = { ...rest, images, latencyMs };
  const count = new AcceptCount();
  const hosts = Array.from({ length: processes }, () => new Host(scope, () => count.changed(hosts)));
  const homes = new Map<string, Host>();
  const homeOf = (node: string) => {
    const home = homes.get(node) ?? hosts[homes.size % hosts.length];
    if (home === undefined) throw new Error("a fleet without processes");
    homes.set(node, home);
    return home;
  };
  const atHome = (nodes: readonly string[], order: (own: readonly string[]) => FleetOrder) => {
    const groups = new Map<Host, string[]>();
    for (const node of nodes) groups.set(homeOf(node), [...(groups.get(homeOf(node)) ?? []), node]);
    return Promise.all([...groups].map(([host, own]) => host.order(order(own))));
  };
  return {
    start: async (members) => {
      const byNode = new Map(members.map((member) => [member.node, member]));
      await atHome([...byNode.keys()], (own) => ({
        do: "start",
        plan,
        members: own.flatMap((node) => byNode.get(node) ?? []),
      }));
    },
    stop: async (nodes) => void (await atHome(nodes, (own) => ({ do: "stop", nodes: own }))),
    look: async (nodes) => (await atHome(nodes, (own) => ({ do: "look", nodes: own }))).flat(),
    drained: async (nodes) => void (await atHome(nodes, (own) => ({ do: "drain", nodes: own }))),
    accepted: () => total(hosts),
    whenAccepted: (wanted, timeoutMs = ACCEPT_TIMEOUT_MS) => count.reaches(wanted, { hosts, timeoutMs }),
    answerBarely: async (all, answer) => {
      const share = Math.ceil(all / hosts.length);
      const order = (index: number) => ({ do: "answer", count: Math.min(share, all - index * share), answer }) as const;
      await Promise.all(hosts.map((host, index) => host.order(order(index))));
    },
    followBarely: async (members) => {
      const byNode = new Map(members.map((member) => [member.node, member]));
      await atHome([...byNode.keys()], (own) => ({
        do: "follow",
        follow: { servers: plan.servers, members: own.flatMap((node) => byNode.get(node) ?? []) },
      }));
    },
    freeze: () => {
      for (const host of hosts) host.signal("SIGSTOP");
      for (const host of hosts) untilStopped(host.pid);
    },
    thaw: () => hosts.forEach((host) => void host.signal("SIGCONT")),
    pids: hosts.map(({ pid }) => pid),
  };
}

const total = (hosts: readonly Host[]) => hosts.reduce((sum, { accepted }) => sum + accepted, 0);

class AcceptCount {
  readonly #waiting = new Set<(accepted: number) => void>();

  changed(hosts: readonly Host[]): void {
    for (const look of this.#waiting) look(total(hosts));
  }

  reaches(
    wanted: number,
    { hosts, timeoutMs }: { readonly hosts: readonly Host[]; readonly timeoutMs: number },
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`${total(hosts)} of ${wanted} documents were accepted within ${timeoutMs} ms`));
      }, timeoutMs);
      const look = (accepted: number) => {
        if (accepted < wanted) return;
        clearTimeout(late);
        this.#waiting.delete(look);
        resolve(performance.now());
      };
      this.#waiting.add(look);
      look(total(hosts));
    });
  }
}

class Host {
  accepted = 0;
  readonly #child: ChildProcess;
  readonly #orders = new Map<number, { done(facts: readonly MachineFacts[]): void; fail(error: Error): void }>();
  #orderCount = 0;

  constructor(scope: Scope, onAccepted: () => void) {
    this.#child = fork(HOST, { execArgv: ["--import", "tsx"], stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#child.on("message", (word: FromHost) => {
      if ("id" in word) return this.#ended(word);
      this.accepted = word.accepted;
      onAccepted();
    });
    const gone = new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
    void gone.then(() => {
      for (const { fail } of this.#orders.values()) fail(new Error("a process of the fleet has ended"));
    });
    const kill = () => void this.signal("SIGKILL");
    endsWith(
      scope,
      async () => {
        kill();
        await gone;
      },
      kill,
    );
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  signal(signal: NodeJS.Signals): boolean {
    return this.#child.kill(signal);
  }

  order(order: FleetOrder): Promise<readonly MachineFacts[]> {
    this.#orderCount += 1;
    const id = this.#orderCount;
    return new Promise((done, fail) => {
      this.#orders.set(id, { done, fail });
      this.#child.send({ ...order, id } satisfies ToHost);
    });
  }

  #ended({ id, facts = [], failure }: Extract<FromHost, { id: number }>): void {
    const order = this.#orders.get(id);
    this.#orders.delete(id);
    if (failure === undefined) order?.done(facts);
    else order?.fail(new Error(failure));
  }
}
