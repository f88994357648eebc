/** The changing commands and the doctor's probes on a real server, with a node's bus that reports by hand. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createUser } from "@nats-io/nkeys";
import { provision } from "../../../src/bus/admin/provision.ts";
import { connectOperatorBus } from "../../../src/bus/bus.ts";
import type { OperatorBus } from "../../../src/bus/ports/operator-bus.ts";
import { checkRights } from "../../../src/cli/doctor/rights-checks.ts";
import { presenceOf, serviceSpec } from "../../helpers/fleet-builders.ts";
import { assertJson } from "../../helpers/json-shape.ts";
import { localWorkstation, webToml } from "../../helpers/local-workstation.ts";
import { startNatsServer } from "../../helpers/nats-server.ts";
import type { Scope } from "../../helpers/scope.ts";
import { progressing } from "../../helpers/scripted-node.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { desired, nodeBus, operatorBus, provisionedServer, settingsFor } from "../bus-fixtures.ts";

/** Commands close the bus they were given; this one is the test's own. */
const lent = (bus: OperatorBus): OperatorBus => ({ ...bus, close: async () => undefined });

async function setUp(t: Scope & { readonly signal: AbortSignal }) {
  const server = await provisionedServer(t);
  const [bus, node] = await Promise.all([operatorBus(t, server), nodeBus(t, server)]);
  await node.putPresence(presenceOf("rift"));
  const alice = await localWorkstation(t, lent(bus));
  await alice.define("web", webToml());
  return { bus, node, alice };
}

describe("mcp deploy on a real bus", () => {
  it("follows what the node reports after the write", async (t) => {
    const { node, alice } = await setUp(t);
    const reports: Promise<void>[] = [];
    const report = async () => {
      const document = await node.readDesired("web");
      if (document === undefined) return;
      await node.putObserved(progressing(document, ["create"]));
      await node.putObserved({ ...progressing(document, ["create", "up"]), state: "converged", appliedGeneration: 1 });
    };
    node.onWake(() => void reports.push(report()), t.signal);
    const { code, stdout, stderr } = await alice.mcp(["deploy", "web", "--timeout", "10s"]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^web@rift: converged in \d+ms \(generation 1\)$/m);
    assert.match(stderr, /rift api: create\n {2}rift api: up\n/);
    await Promise.all(reports); // the command may have read the last one before it was acknowledged
  });

  it("names who was quicker, from what the server says stands there", async (t) => {
    const { bus, alice } = await setUp(t);
    const quicker = desired({ author: "bob@desk", message: "mine", spec: serviceSpec({ active: false }) });
    const racing: OperatorBus = {
      ...lent(bus),
      writeDesired: async (document, revision) => {
        await bus.writeDesired(quicker, 0);
        return bus.writeDesired(document, revision);
      },
    };
    const { code, stderr } = await alice.mcp(["deploy", "web", "--json", "--quiet"], { bus: racing });
    assert.equal(code, 4);
    const { error } = assertJson("error-output", stderr);
    assert.match(error.message, /web@rift: bob@desk wrote generation 1 at .* \("mine"\) just now/);
    const { differences } = assertJson("conflict-details", JSON.stringify(error.details));
    assert.deepEqual(differences, [{ field: "active", want: "true", have: "false" }]);
    assert.deepEqual((await bus.readDesired("rift", "web"))?.document, quicker);
  });
});

describe("the doctor's probes", () => {
  const credentials = async (scope: Scope, permissions?: object) => {
    const pair = createUser();
    const creds = join(await tempDir(scope), "user.creds");
    const seed = new TextDecoder().decode(pair.getSeed());
    await writeFile(creds, `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`, {
      mode: 0o600,
    });
    const given = permissions === undefined ? "" : `, permissions: ${JSON.stringify(permissions)}`;
    return { creds, line: `{ nkey: ${pair.getPublicKey()}${given} }` };
  };

  for (const version of ["newest", "2.10"] as const) {
    it(`tell an operator from a reader, and leave nothing behind, on nats-server ${version}`, async (t) => {
      const reading = { publish: { deny: ["$KV.mcp-desired.>"] } };
      const [operator, reader] = await Promise.all([credentials(t), credentials(t, reading)]);
      const config = `authorization { users: [ ${operator.line}, ${reader.line} ] }`;
      const server = await startNatsServer(t, { version, config });
      await provision(settingsFor(server, { creds: operator.creds }), { replicas: 1, create: true });
      const results = async (creds: string) => {
        const bus = await connectOperatorBus(settingsFor(server, { creds }), { author: "kyle@desk" });
        t.after(() => bus.close());
        return (await checkRights(bus, "kyle@desk")).map(({ name, result }) => `${name} ${result}`);
      };
      assert.deepEqual(await results(operator.creds), ["may-read ok", "may-write ok"]);
      assert.deepEqual(await results(reader.creds), ["may-read ok", "may-write warn"]);
      const bus = await connectOperatorBus(settingsFor(server, { creds: operator.creds }), { author: "kyle@desk" });
      t.after(() => bus.close());
      assert.deepEqual(await bus.listDesired(), []);
    });
  }

  it("ask the server for its clock", async (t) => {
    const bus = await operatorBus(t, await provisionedServer(t));
    const { serverTimeMs = 0 } = await bus.facts();
    assert.ok(Math.abs(serverTimeMs - Date.now()) < 2_000);
  });

  it("do without the clock where there is no stream to ask it of", async (t) => {
    const bus = await operatorBus(t, await startNatsServer(t));
    assert.equal((await bus.facts()).serverTimeMs, undefined);
  });
});
