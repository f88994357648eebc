/**
 * Programs of earlier releases and of now on one bus, as during an upgrade: the bus and all credentials were made by the earlier
 * release. Each half is upgraded first once: `mcp` on a workstation, or the agent of a node. Then the rest is.
 */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { type Desk, openDesk, type ReleaseNode } from "../../scripts/release-desk.ts";
import { plain } from "../../scripts/release-services.ts";
import { type ReleaseSite, startEnrolledSite } from "../../scripts/release-site.ts";
import { VERSION } from "../../src/values/version.ts";
import { SKIP } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { ownPrograms } from "../helpers/program.ts";
import { releasedPrograms, releasedVersions } from "../helpers/released-programs.ts";
import { suiteScope } from "../helpers/scope.ts";

/** One workstation and one node whose programs are of different versions. */
interface Pair {
  readonly title: string;
  /** Directory of the programs whose `mcp` is used. */
  readonly mcp: (site: Site) => string;
  readonly node: "rift" | "orion";
}

interface Site extends ReleaseSite {
  /** Directory of the earlier release's programs. */
  readonly old: string;
}

const PAIRS = (version: string): Pair[] => [
  { title: `mcp of now with an agent of ${version}`, mcp: ownPrograms, node: "rift" },
  { title: `mcp of ${version} with an agent of now`, mcp: ({ old }) => old, node: "orion" },
];

for (const version of releasedVersions()) {
  describe(`the programs of ${version} and of now together`, { skip: SKIP }, () => {
    const scope = suiteScope();
    const site = {} as Site;

    before(async () => {
      process.setMaxListeners(64); // each part of the site ends itself when this process exits
      const old = await releasedPrograms(scope, version);
      Object.assign(site, { ...(await startEnrolledSite(scope, old)), old });
      await nodeOf("rift").start();
      await nodeOf("orion").start(ownPrograms());
    });

    const nodeOf = (name: string): ReleaseNode => {
      const node = site.nodes.find((one) => one.name === name);
      if (node === undefined) throw new Error(`there is no node ${name}`);
      return node;
    };

    for (const { title, mcp, node } of PAIRS(version)) {
      describe(title, () => {
        const desk = () => site.desk.using(mcp(site));
        const web = `web-${node}`;
        const define = (image: string, more = "") => desk().define(web, onNode(node, plain(web, image), more));
        const container = () => idOf(nodeOf(node), `${web}-api`);

        it("deploys, shows and changes a service", async () => {
          await define(site.place.v1);
          const planned = await expectCode(desk(), 10, "plan", web);
          const isUnchecked = node === "rift" && version === "0.1.0"; // its agent does not know the request
          assert.equal(/the agent of rift is too old for that/.test(planned.stdout + planned.stderr), isUnchecked);
          await desk().mcp("deploy", web);
          assert.match(await desk().mcp("status", web), /converged/);
          for (const command of ["list", "ps"]) assert.match(await desk().mcp(command), new RegExp(web));
          assert.match(await desk().mcp("logs", web), /serving hello v1/);
          await define(site.place.v2);
          assert.match((await expectCode(desk(), 10, "plan", web)).stdout, /hello:v1 → .*hello:v2/);
          await desk().mcp("deploy", web, "-m", "v2");
          assert.match(await desk().mcp("logs", web), /serving hello v2/);
          assert.match(await desk().mcp("history", web), /generation 2 .*deploy: v2\n(.*\n)*generation 1 /);
          await expectCode(desk(), 0, "plan", web);
          const events = await desk().mcp("events", "--service", web, "--json");
          for (const kind of ["operator-wrote", "desired-accepted", "deploy-succeeded"])
            assert.match(events, new RegExp(kind));
        });

        it("stops, starts, restarts and rolls back", async () => {
          await desk().mcp("stop", web);
          assert.match(await desk().mcp("status", web), /stopped/);
          await desk().mcp("start", web);
          const [before] = await container();
          assert.match(await desk().mcp("restart", web), /restarted/);
          await desk().mcp("rollback", web, "--to", "1");
          assert.match(await desk().mcp("service", "show", web), /hello:v1/);
          const [after] = await container();
          assert.notEqual(after, before);
          await define(site.place.v1);
        });

        it("reports a version that does not come up, and what is still running", async () => {
          const id = await container();
          await define(site.place.crasher);
          const failed = await expectCode(desk(), 9, "deploy", web);
          assert.match(failed.stderr, /crasher: giving up/);
          assert.deepEqual(await container(), id);
          await expectCode(desk(), 8, "status", web, "--check");
          await define(site.place.v1);
          await desk().mcp("deploy", web);
        });

        it("moves files both ways", async () => {
          const sent = join(site.desk.home, "sent");
          await writeFile(sent, "a line\n".repeat(300_000)); // several chunks
          await desk().mcp("push", sent, web, "etc/sent");
          const back = join(site.desk.home, `back-${node}`);
          await desk().mcp("pull", web, "etc/sent", back);
          assert.equal(await readFile(back, "utf8"), await readFile(sent, "utf8"));
        });

        it("says of an agent that does not know a request what to update, and deploys", async () => {
          await define(site.place.v1, 'pull = "always"');
          await desk().mcp("deploy", web);
          for (const command of ["plan", "deploy"]) {
            const { code, stderr } = await desk().run(command, web);
            assert.equal(code, 0, stderr);
            assert.doesNotMatch(stderr, /__type|\$input/);
            if (node === "rift" && version === "0.1.0") {
              assert.match(
                stderr.replaceAll(/\s+/g, " "),
                /image tags of web-rift have moved: .*upgrade mcp-agent on rift/,
              );
            }
          }
        });

        it("takes running containers under management", async () => {
          await nodeOf(node).podman.podman("run", "-d", "--name", `kept-${node}-api`, site.place.v1);
          const id = await idOf(nodeOf(node), `kept-${node}-api`);
          await desk().mcp("adopt", `kept-${node}@${node}`, "--yes");
          assert.match(await desk().mcp("status", `kept-${node}`), /converged/);
          assert.deepEqual(await idOf(nodeOf(node), `kept-${node}-api`), id);
        });

        it("writes all definitions, and restores nothing that the bus still has", async () => {
          await desk().mcp("sync", "--dry-run");
          const before = await desk().mcp("history", web, "--json");
          await desk().mcp("sync", "--reseed");
          assert.equal(await desk().mcp("history", web, "--json"), before);
        });

        it("finds nothing wrong with the bus and the node", async () => {
          const { code, stdout } = await desk().run("doctor");
          assert.equal(code, 0, stdout);
          assert.match(stdout, /2 of 2 online/);
          assert.match(await desk().mcp("node", "show", node), /online/);
        });

        it("obeys roles and scopes, and refuses who was removed", async () => {
          const name = `bob-${node}`;
          const bundle = join(site.carried, `${name}.bundle`);
          await desk().mcp("operator", "add", name, "--service", `shop-${node}`, "--out", bundle);
          const bob = (await openDesk(scope)).using(mcp(site));
          await bob.mcp("join", bundle);
          const shop = `shop-${node}`;
          await bob.define(shop, onNode(node, plain(shop, site.place.v1)));
          await bob.mcp("deploy", shop);
          await writeFile(join(bob.home, "small"), "small\n");
          await bob.mcp("push", join(bob.home, "small"), shop);
          await bob.define(web, onNode(node, plain(web, site.place.v2)));
          const { code } = await bob.run("deploy", web, "--force");
          assert.notEqual(code, 0);
          await desk().mcp("operator", "remove", name, "--yes");
          await bob.define(shop, onNode(node, plain(shop, site.place.v2)));
          assert.notEqual((await bob.run("deploy", shop)).code, 0);
          assert.match(await desk().mcp("service", "show", shop), /hello:v1/);
          await desk().mcp("deploy", web, "--force"); // over what bob was refused
          assert.match(await desk().mcp("status", web), /converged/);
        });

        it("removes a service", async () => {
          await desk().define(`gone-${node}`, onNode(node, plain(`gone-${node}`, site.place.v1)));
          await desk().mcp("deploy", `gone-${node}`);
          await desk().mcp("undeploy", `gone-${node}`, "--yes");
          await desk().forget(`gone-${node}`);
          assert.deepEqual(await idOf(nodeOf(node), `gone-${node}-api`), []);
        });
      });
    }

    it("one workstation may change back and forth: each version continues from what the other wrote", async () => {
      const [now, old] = [site.desk.using(ownPrograms()), site.desk.using(site.old)];
      for (const node of ["rift", "orion"]) {
        const web = `web-${node}`;
        for (const [desk, image] of [
          [old, site.place.v2],
          [now, site.place.v1],
          [now, site.place.v2],
          [old, site.place.v1],
        ] as const) {
          await desk.define(web, onNode(node, plain(web, image)));
          await desk.mcp("deploy", web);
          assert.match(await desk.mcp("status", web), /converged/);
        }
        await now.mcp("rollback", web);
        await old.mcp("rollback", web);
      }
    });

    it("an agent is not given keys that it does not know, and keeps what runs if it meets them", async () => {
      const [rift, desk] = [nodeOf("rift"), site.desk.using(ownPrograms())];
      const hasAgent = (agent: string) => async () =>
        new RegExp(`"agentVersion": ?"${agent}"`).test(await desk.mcp("node", "show", "rift", "--json"));
      const waitFor = (agent: string) =>
        eventually(hasAgent(agent), { what: `rift has mcp-agent ${agent}`, timeoutMs: 30_000, intervalMs: 200 });
      await desk.define("keys", plain("keys", site.place.v1));
      await desk.mcp("deploy", "keys");
      const id = await idOf(rift, "keys-api");
      await desk.define("keys", `${plain("keys", site.place.v1)}hostname = "own"\ntmpfs = ["/cache"]\n`);
      const refusal = /mcp-agent [0-9.]+ on rift does not know `hostname`, `tmpfs`/;
      assert.match((await expectCode(desk, 10, "plan", "keys")).stderr.replaceAll(/\s+/g, " "), refusal);
      const refused = await expectCode(desk, 9, "deploy", "keys", "--force");
      assert.match(refused.stderr.replaceAll(/\s+/g, " "), refusal);
      assert.match(refused.stderr, /upgrade mcp-agent on rift/);
      assert.match((await desk.run("sync")).stderr.replaceAll(/\s+/g, " "), refusal);
      // The upgrade of the node is taken back after somebody wrote such a document.
      await rift.stop();
      await rift.start(ownPrograms());
      await waitFor(VERSION);
      await rift.stop();
      await expectCode(desk, 7, "deploy", "keys");
      await rift.start();
      await eventually(async () => /refused|blocked/.test(await desk.mcp("status", "keys")), {
        what: "the agent refuses the document",
        timeoutMs: 30_000,
        intervalMs: 200,
      });
      assert.deepEqual(await idOf(rift, "keys-api"), id);
      await desk.define("keys", plain("keys", site.place.v1));
      await waitFor(version);
      await desk.mcp("deploy", "keys");
      assert.match(await desk.mcp("status", "keys"), /converged/);
      assert.deepEqual(await idOf(rift, "keys-api"), id);
    });

    it("the rest is upgraded, and no container is created again", async () => {
      const rift = nodeOf("rift");
      const ids = await idOf(rift, "");
      assert.ok(ids.length >= 3);
      await rift.stop();
      await rift.start(ownPrograms());
      const now = site.desk.using(ownPrograms());
      const isCurrent = async () => /"version": ?"[^"]+"/.test(await now.mcp("node", "show", "rift", "--json"));
      await eventually(isCurrent, { what: "rift is online again", timeoutMs: 20_000, intervalMs: 200 });
      assert.deepEqual(await idOf(rift, ""), ids);
      assert.match(await now.mcp("status", "web-rift"), /converged/);
      await now.mcp("deploy", "web-rift", "--force");
      assert.deepEqual(await idOf(rift, ""), ids);
    });
  });
}

/** Ids of the node's containers whose name contains this. */
async function idOf(node: ReleaseNode, name: string): Promise<string[]> {
  const ids = await node.podman.podman("ps", "--all", "--quiet", "--no-trunc", "--filter", `name=${name}`);
  return ids.split("\n").filter(Boolean).sort();
}

/** The definition for another node, with more lines of its component. */
const onNode = (node: string, toml: string, more = "") =>
  `${toml.replace('node = "rift"', `node = "${node}"`)}${more}\n`;

async function expectCode(desk: Desk, code: number, ...args: readonly string[]) {
  const end = await desk.run(...args);
  assert.equal(end.code, code, `mcp ${args.join(" ")}: ${end.stdout}${end.stderr}`);
  return end;
}
