/** The commands on definitions, nodes and completion, as a user types them. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { chmod, readFile, rm, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { assertJson } from "../helpers/json-shape.ts";
import { suiteScope } from "../helpers/scope.ts";
import type { Workstation } from "../helpers/workstation.ts";

/** The workstation's editor from now on: a shell script that is given the file's path as $1. */
async function editorOf({ dir }: Workstation, script: string): Promise<void> {
  const path = join(dir, "editor");
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

describe("definitions and nodes", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();

  before(async () => {
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"] }));
    const { alice, images } = fleet;
    await alice.define("web", `# ours\n${oneComponent("web", images["hello:v1"], 'env = { TOKEN = "hunter2" }')}`);
    assert.equal((await alice.mcp("deploy", "web")).code, 0);
  });

  it("plan shows what a deploy would change, and exits 10 where it would", async () => {
    const { alice, images } = fleet;
    assert.equal((await alice.mcp("plan", "web")).code, 0);
    const text = await alice.definition("web");
    await alice.define("web", text.replace("hello:v1", "hello:v2"));
    const { code, stdout } = await alice.mcp("plan", "web");
    assert.equal(code, 10);
    assert.match(stdout, /components\.api\.image: .*v1 → .*v2/);
    const { output } = await alice.json("plan-output", "plan", "web");
    assert.deepEqual(output.plans[0]?.differences, [
      { field: "components.api.image", want: images["hello:v2"], have: images["hello:v1"] },
    ]);
    await alice.define("web", text);
  });

  it("plan shows what the node has against it, and deploy fails by the same before a container is touched", async () => {
    const { alice, rift, images } = fleet;
    const text = oneComponent("checked", images["hello:v1"]);
    await alice.define("checked", text);
    assert.equal((await alice.mcp("deploy", "checked")).code, 0);
    const old = await rift.demand("checked-api");
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const worker = `[[components]]\nname = "worker"\nimage = "${images["hello:v1"]}"\n`;
    const needs = `ports = ["127.0.0.1:${port}:80"]\nvolumes = ["/nowhere/at/all:/data"]\n`;
    await alice.define("checked", `${text.replace("hello:v1", "hello:v2")}\n${worker}${needs}`);
    const { code, stderr } = await alice.mcp("plan", "checked");
    assert.equal(code, 10);
    assert.match(
      stderr,
      /deploy would fail: checked@rift: component worker: \/nowhere\/at\/all does not exist on this node/,
    );
    assert.match(stderr, new RegExp(`component worker: host port ${port} is in use on this node by \\S+`));
    const { output } = await alice.json("plan-output", "plan", "checked");
    assert.deepEqual(
      output.plans[0]?.problems?.map(({ component, code }) => [component, code]),
      [
        ["worker", "E_FILE"],
        ["worker", "E_RUNTIME"],
      ],
    );
    const deploy = await alice.mcp("deploy", "checked");
    assert.equal(deploy.code, 9, deploy.stderr);
    assert.match(deploy.stdout, /component worker: \/nowhere\/at\/all does not exist on this node/);
    assert.equal((await rift.demand("checked-api")).Id, old.Id);
    assert.deepEqual(await rift.containers(), ["checked-api", "web-api"]);
    server.close();
    assert.equal((await alice.mcp("undeploy", "checked", "--yes")).code, 0);
  });

  it("service show prints what is stored, values of env only with --reveal", async () => {
    const { alice } = fleet;
    const hidden = await alice.mcp("service", "show", "web");
    assert.equal(hidden.code, 0);
    assert.match(hidden.stdout, /TOKEN/);
    assert.doesNotMatch(hidden.stdout, /hunter2/);
    assert.match((await alice.mcp("service", "show", "web", "--reveal")).stdout, /hunter2/);
    const { output } = await alice.json("service-show-output", "service", "show", "web@rift");
    assert.deepEqual(
      output.documents.map(({ node, generation }) => [node, generation]),
      [["rift", 1]],
    );
    assert.equal((await alice.fails("service", "show", "wep")).code, 3);
  });

  it("service export gives another workstation a definition that plans to nothing", async () => {
    const { bob } = fleet;
    const { code, output, stderr } = await bob.json("service-export-output", "service", "export", "web");
    assert.equal(code, 0, stderr);
    assert.deepEqual([output.path, output.private], [join(bob.servicesDir, "web.toml"), true]);
    assert.equal((await stat(output.path)).mode & 0o777, 0o600);
    assert.equal((await bob.mcp("plan", "web")).code, 0);
    const again = await bob.fails("service", "export", "web");
    assert.deepEqual([again.code, again.error.code], [4, "E_CONFLICT"]);
    assert.equal((await bob.mcp("service", "export", "web", "--force")).code, 0);
    assert.equal((await bob.fails("service", "export", "wep")).code, 3);
  });

  it("service edit changes the file, comments kept, and shows what it would change", async () => {
    const { alice } = fleet;
    await editorOf(alice, `sed -i 's/hello:v1/hello:v2/' "$1"`);
    const { code, stdout } = await alice.atTerminal("service", "edit", "web");
    assert.equal(code, 0, stdout);
    assert.match(stdout, /components\.api\.image.*v1.*v2/);
    assert.match(await alice.definition("web"), /^# ours\n[\s\S]*hello:v2/);
    await editorOf(alice, `sed -i 's/hello:v2/hello:v1/' "$1"`);
    const json = await alice.atTerminal("service", "edit", "web", "--json");
    assert.equal(assertJson("service-edit-output", json.stdout.slice(json.stdout.indexOf("{"))).changed, true);
    assert.equal((await alice.mcp("plan", "web")).code, 0);
  });

  it("service edit keeps the file where the editor fails, or there is no terminal", async () => {
    const { alice } = fleet;
    const before = await alice.definition("web");
    const edit = async (pattern: RegExp) => {
      const { code, stdout } = await alice.atTerminal("service", "edit", "web");
      assert.deepEqual([code, pattern.test(stdout)], [2, true], stdout);
    };
    await editorOf(alice, "exit 3");
    await edit(/failed\s+with\s+exit\s+code\s+3;\s+nothing\s+was\s+changed/);
    await rm(join(alice.dir, "editor"));
    await edit(/cannot start the editor/);
    const piped = await alice.fails("service", "edit", "web");
    assert.deepEqual([piped.code, piped.error.code], [2, "E_USAGE"]);
    assert.equal(await alice.definition("web"), before);
  });

  it("node list and show tell of agents that run, and of nodes that are only recorded", async () => {
    const { alice } = fleet;
    const added = await alice.json("node-add-output", "node", "add", "lyra", "--label", "zone=attic");
    assert.deepEqual([added.code, added.output.result], [0, "created"]);
    const { code, stdout } = await alice.mcp("node", "list");
    assert.equal(code, 0);
    assert.match(stdout, /^rift +online /m);
    assert.match(stdout, /^lyra +never-seen /m);
    const { output } = await alice.json("node-list-output", "node", "list");
    assert.deepEqual(output.nodes.map(({ node }) => node).toSorted(), ["lyra", "rift"]);
    const shown = await alice.mcp("node", "show", "rift");
    assert.match(shown.stdout, /^rift {2}online/);
    assert.match(shown.stdout, /service +web converged/);
    const json = await alice.json("node-show-output", "node", "show", "lyra");
    assert.deepEqual(json.output.node.enrolled?.labels, { zone: "attic" });
    const unknown = await alice.fails("node", "show", "rfit");
    assert.equal(unknown.code, 3);
    assert.match(unknown.error.message, /"rift"/);
  });

  it("node remove forgets a node, not one that services are desired on", async () => {
    const { alice } = fleet;
    const refused = await alice.fails("node", "remove", "rift", "--yes");
    assert.deepEqual([refused.code, refused.error.code], [2, "E_UNCONFIRMED"]);
    assert.match(refused.error.hint, /mcp undeploy web@rift/);
    assert.equal((await alice.fails("node", "remove", "lyra")).code, 2, "there is no terminal to ask on");
    const { code, output } = await alice.json("node-remove-output", "node", "remove", "lyra", "--yes");
    assert.deepEqual([code, output], [0, { node: "lyra", desired: [], closed: false }]);
    assert.equal((await alice.fails("node", "remove", "lyra", "--yes")).code, 3);
  });

  it("bus provision says that nothing is missing, and completion prints a script for each shell", async () => {
    const { alice } = fleet;
    const provisioned = await alice.json("bus-provision-output", "bus", "provision");
    assert.equal(provisioned.code, 0, provisioned.stderr);
    for (const shell of ["bash", "zsh", "fish"]) {
      const { code, output } = await alice.json("completion-output", "completion", shell);
      assert.equal(code, 0);
      assert.equal((await alice.mcp("completion", shell)).stdout, output.script);
    }
    assert.equal((await alice.fails("completion", "tcsh")).code, 2);
  });

  it("a definition on disk is private where it holds values of env", async () => {
    const path = join(fleet.bob.servicesDir, "web.toml");
    assert.match(await readFile(path, "utf8"), /hunter2/);
    assert.equal((await stat(path)).mode & 0o077, 0);
  });
});
