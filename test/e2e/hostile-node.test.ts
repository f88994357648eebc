/**
 * Stolen credentials of nodes in the hands of a plain NATS client: it answers without end, and `mcp ps` and `mcp top` end all
 * the same, name the node and the bound, show the other nodes, and need no more memory than the bounds allow.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Msg } from "@nats-io/nats-core";
import { EXIT } from "../../src/cli/context/exit-codes.ts";
import { keySubject, PRESENCE_BUCKET } from "../../src/schemas/wire/buckets.ts";
import { presenceCodec, replyCodec, requestCodec } from "../../src/schemas/wire/codec.ts";
import type { LiveContainer } from "../../src/schemas/wire/live-container.ts";
import type { AgentRequest, ReplyBody, RequestBody } from "../../src/schemas/wire/request.ts";
import { broadcastRoot, replySubject, requestsOf } from "../../src/schemas/wire/subjects.ts";
import { bareClient } from "../helpers/bare-client.ts";
import { SKIP } from "../helpers/e2e-fleet.ts";
import { type OperatorServer, startOperatorServer } from "../helpers/operator-server.ts";
import { type Scope, suiteScope } from "../helpers/scope.ts";
import { createWorkstation, type Workstation } from "../helpers/workstation.ts";
import { presence } from "../integration/bus-fixtures.ts";

const MIB = 1024 ** 2;
const MOST_BYTES = 700 * MIB;

interface Hostile {
  /** Ends the answers under way. */
  rest(): void;
}

function container(name: string): LiveContainer {
  return { id: name, name, image: "example.net/web:v1", state: "running", service: "web", component: "api" };
}

function bodyOf({ verb }: RequestBody, containers: readonly LiveContainer[]): ReplyBody {
  if (verb !== "usage") return { verb: "ps", containers };
  const machine = { atMs: performance.now(), cpus: 2, load1: 0, memoryBytes: 1, memoryFreeBytes: 1 };
  return { verb: "usage", machine, containers };
}

/** How a node answers: what each message holds, how many are sent at once, and the pause after them. */
interface Habit {
  readonly containers: readonly LiveContainer[];
  readonly atOnce: number;
  readonly pauseMs?: number;
  /** The first message is the last one. */
  readonly isHonest?: true;
}

const HONEST: Habit = { containers: [container("web-api")], atOnce: 1, isHonest: true };
const LARGE: Habit = { containers: Array.from({ length: 9_000 }, (_, index) => container(`c${index}`)), atOnce: 1 };
const MANY: Habit = { containers: [], atOnce: 200 };
const SLOW: Habit = { containers: [], atOnce: 1, pauseMs: 200 };

async function createNode(
  scope: Scope,
  server: OperatorServer,
  { node, habit }: { node: string; habit: Habit },
): Promise<Hostile> {
  const { creds } = await server.node(node);
  const { nc } = await bareClient(scope, server.url, creds);
  const state = { round: 0 };
  const answer = async ({ id, body: asked }: AgentRequest) => {
    const { round } = state;
    const body = bodyOf(asked, habit.containers);
    const last = habit.isHonest === true;
    const bytes = replyCodec.encode({ version: 1, id, node, sequence: 0, last, body });
    do {
      for (let sent = 0; sent < habit.atOnce; sent++) nc.publish(replySubject(node, id), bytes);
      await nc.flush();
      if (habit.pauseMs !== undefined) await delay(habit.pauseMs);
    } while (!last && state.round === round && !nc.isClosed());
  };
  const callback = (_: unknown, { data }: Msg) => void answer(requestCodec.decode(data)).catch(() => undefined);
  for (const subject of [requestsOf(node), broadcastRoot]) nc.subscribe(subject, { callback });
  nc.publish(keySubject(PRESENCE_BUCKET, node), presenceCodec.encode(presence({ node })));
  await nc.flush();
  const rest = () => {
    state.round += 1;
  };
  return { rest };
}

/** The most memory that the program has had in RAM so far, in bytes; 0 when it has ended. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

describe("a fleet with nodes that answer without end", { skip: SKIP }, () => {
  const scope = suiteScope();
  const site = {} as { server: OperatorServer; alice: Workstation };

  before(async () => {
    const server = await startOperatorServer(scope);
    const operator = { name: "alice", creds: await server.breakGlass("alice") };
    const alice = await createWorkstation(scope, { servers: [server.url], operator, uid: 61_003 });
    Object.assign(site, { server, alice });
  });

  /** Runs the command against these nodes; gives its end and the most memory that it needed. */
  async function among(t: Scope, habits: Readonly<Record<string, Habit>>, argv: readonly string[]) {
    const { server, alice } = site;
    const nodes = await Promise.all(
      Object.entries(habits).map(([node, habit]) => createNode(t, server, { node, habit })),
    );
    const program = alice.start(...argv);
    const state = { peak: 0, isOver: false };
    const over = program.ended.then(() => {
      state.isOver = true;
    });
    while (!state.isOver) {
      state.peak = Math.max(state.peak, await peakOf(program.pid));
      await Promise.race([over, delay(20)]);
    }
    for (const { rest } of nodes) rest();
    return { ...(await program.ended), peak: state.peak };
  }

  for (const [command, verb, expected] of [
    ["ps --check", "ps", 8],
    ["top --once", "usage", 0],
  ] as const) {
    for (const [what, habit, says] of [
      ["large", LARGE, "is larger than 32 MiB"],
      ["many", MANY, "has more than 5000 messages"],
    ] as const) {
      it(`in ${what} messages are cut off and named by \`mcp ${command}\`, which shows the others`, async (t) => {
        const { code, stdout, stderr, peak } = await among(t, { orion: HONEST, rift: habit }, command.split(" "));
        if (what === "large" && code === EXIT.unreachable) {
          // The server dropped the connection first: it does not wait for clients that read too slowly. `top` asks twice.
          assert.match(stderr, /the connection to the bus was lost.*\n.*rift sent \d+ MiB|not connected to the bus/);
        } else {
          assert.equal(code, expected, stderr);
          assert.match(stdout, /^ *orion .*web/m);
          assert.match(stderr, new RegExp(`rift: its answer to .${verb}. ${says}; the rest is ignored`));
        }
        assert.ok(peak > 0 && peak < MOST_BYTES, `it needed ${Math.round(peak / MIB)} MiB`);
        t.diagnostic(`peak ${Math.round(peak / MIB)} MiB`);
      });
    }
  }

  it("are cut off by the deadline when they answer slowly", async (t) => {
    const { code, stdout, stderr } = await among(t, { orion: HONEST, rift: SLOW }, [
      "ps",
      "--check",
      "--timeout",
      "1s",
    ]);
    assert.equal(code, 8, stderr);
    assert.match(stdout, /^orion .*web/m);
    assert.match(stderr, /rift: its answer to .ps. is not complete after 60 s/);
  });
});
