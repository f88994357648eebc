/**
 * A real bus with accounts, one node whose agent requires signatures, and operators who sign with their own credentials. The
 * agent can go away and come back; anybody can put anything on the bus.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MemoryStore } from "../../src/agent/store/memory-store.ts";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import { Connection } from "../../src/bus/connection/connection.ts";
import { signingWith } from "../../src/bus/connection/signing.ts";
import { putKey } from "../../src/bus/kv/publish-with-ack.ts";
import { natsOperatorBus } from "../../src/bus/nats-operator-bus.ts";
import type { OperatorBus } from "../../src/bus/ports/operator-bus.ts";
import { nodeInbox } from "../../src/schemas/wire/rights.ts";
import { type NewOperator, newOperator } from "../../src/trust/new-operator.ts";
import { localWorkstation, webToml } from "../helpers/local-workstation.ts";
import { startOperatorServer } from "../helpers/operator-server.ts";
import type { Scope } from "../helpers/scope.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { FakeRuntime } from "../twin/fake-runtime.ts";
import { simulatedAgent } from "../twin/simulated-agent.ts";
import { nodeBus } from "./bus-fixtures.ts";

const SCOPE = { role: "operator", nodes: ["*"], services: ["*"] } as const;

/** A bus with one node of this enrollment, whose agent obeys the break-glass key. */
export async function signedSite(scope: Scope) {
  const server = await startOperatorServer(scope);
  const dir = await tempDir(scope);
  const { creds } = await server.node("rift");
  const store = new MemoryStore();
  const runtime = new FakeRuntime();
  for (const version of ["v1.0.0", "v2.0.0", "v3.0.0"]) runtime.provide(`registry.example.net/web:${version}`);
  const keys = { signers: [server.identity["break-glass"].publicKey], exchange: [server.identity.exchange.publicKey] };
  const trust = { ...keys, exchangeRole: "operator", exchangeLifeMs: 3_600_000, incarnation: "first" } as const;
  /** @returns what stops it */
  const startAgent = async () => {
    const bus = await nodeBus(scope, server, "rift", { creds, inboxPrefix: nodeInbox("rift") });
    const agent = await simulatedAgent({ node: "rift", bus, runtime, trust, store });
    const ended: { now?: Promise<void> } = {};
    const stop = () => (ended.now ??= agent.stop());
    scope.after(stop);
    await agent.ready;
    return stop;
  };
  const stopAgent = await startAgent();
  const open = async (path: string) => {
    const operator = await connectOperatorBus(server.settings(path), { author: "somebody@desk" });
    scope.after(() => operator.close());
    return operator;
  };
  const admin = await open(server.admin);
  await admin.writeNode(
    {
      version: 1,
      node: "rift",
      labels: {},
      enrolledBy: "admin@desk",
      at: new Date().toISOString(),
      incarnation: "first",
    },
    0,
  );
  const operator = async (own: Partial<NewOperator> & { readonly name: string }) => {
    const user = newOperator({ ...SCOPE, ...own }, server.identity);
    const path = join(dir, `${own.name}.creds`);
    await writeFile(path, user.creds, { mode: 0o600 });
    const desk = await localWorkstation(scope, admin);
    await desk.define("web", webToml());
    const openBus = () => connectOperatorBus(server.settings(path), { author: "somebody@desk" });
    const unguarded = async () => {
      const connection = await Connection.connected(server.settings(path), () => undefined);
      return natsOperatorBus(connection, signingWith("somebody@desk", path));
    };
    const run = (open: () => Promise<OperatorBus>, argv: readonly string[]) =>
      desk.mcp(argv, { openBus: open, nowMs: Date.now() });
    return {
      ...user,
      desk,
      mcp: (...argv: string[]) => run(openBus, argv),
      /** By a program that does not keep to his scope. */
      insist: (...argv: string[]) => run(unguarded, argv),
    };
  };
  /** Anything, as its only guard is the bus's own rights. */
  const put = async (bucket: string, key: string, value: string | Uint8Array) => {
    const connection = await Connection.connected(server.settings(server.admin), () => undefined);
    try {
      const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
      return await putKey(connection, { bucket, key }, { value: bytes });
    } finally {
      await connection.close();
    }
  };
  return { server, runtime, admin, operator, startAgent, stopAgent, put, keys };
}
