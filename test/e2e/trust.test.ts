/** Nodes obey who proves that he may command them, whatever somebody's credentials let him do on the bus. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { suiteScope } from "../helpers/scope.ts";
import { createWorkstation, type Workstation } from "../helpers/workstation.ts";

describe("a node with keys in [trust]", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();
  const id = async () => (await running(fleet.rift, "web-api")).Id;

  const generation = async () =>
    (await fleet.alice.json("list-output", "list")).output.services.find(({ node }) => node === "rift")?.desired
      ?.generation;

  before(async () => {
    Object.assign(fleet, await startFleet(scope));
    await fleet.alice.define("web", oneComponent("web", fleet.images["hello:v1"]));
    assert.equal((await fleet.alice.mcp("deploy", "web")).code, 0);
  });

  async function workstation(name: string, creds: string, uid: number): Promise<Workstation> {
    const made = await createWorkstation(scope, { servers: [fleet.bus.url], operator: { name, creds }, uid });
    await made.define("web", oneComponent("web", fleet.images["hello:v2"]));
    return made;
  }

  /** What was written by others before, `--force` takes as seen. */
  async function refused(by: Workstation, why: RegExp): Promise<void> {
    const before = await id();
    const { code, stdout, stderr } = await by.mcp("deploy", "web", "--force");
    assert.notEqual(code, 0, stdout);
    assert.match(stdout + stderr, why);
    assert.equal(await id(), before, "the container is the same");
    const told = async () => (await fleet.alice.mcp("events", "--kind", "desired-refused")).stdout;
    await eventually(async () => why.test(await told()), { what: "the refusal is told" });
    assert.equal((await fleet.alice.mcp("deploy", "web", "--force")).code, 0, "and it goes on obeying others");
    assert.equal(await id(), before);
  }

  it("does nothing for whom the bus lets write but nobody admitted", async () => {
    await refused(await workstation("mallory", fleet.bus.admin, 61_003), /proof|sign/);
  });

  it("gets no request from an operator of other nodes, whose own node obeys", async () => {
    const creds = await fleet.bus.breakGlass("carol", { role: "operator", nodes: ["orion"] });
    const carol = await workstation("carol", creds, 61_004);
    const [before, standing] = [await id(), await generation()];
    const { code, error } = await carol.fails("deploy", "web", "--force");
    assert.deepEqual([code, error.code], [5, "E_REFUSED"]);
    assert.match(error.message, /rift/);
    assert.deepEqual([await id(), await generation()], [before, standing], "nothing was written");
    await carol.define("web", oneComponent("web", fleet.images["hello:v2"], "", "orion"));
    assert.equal((await carol.mcp("deploy", "web")).code, 0, "her own node obeys her");
  });
});
