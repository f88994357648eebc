/** Which containers answer to which names on a network, asked by a container of somebody else. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { suiteScope } from "../helpers/scope.ts";

/**
 * Asks for the name again and again, and each address for its page: prints `<address> <page, or "refused">`. Who is connected to a
 * container when its network is removed never hears of it, so an answer has a deadline.
 */
const ROTATE = `while true; do
  for address in $(nslookup "$1" | busybox awk '/^Name:/ { named = 1 } named && /^Address/ { print $NF }'); do
    page=$(busybox timeout 2 wget -q -O - "http://$address:8080/") || page=refused
    echo "$address $page"
  done
done`;

/** Needs three seconds before it serves. */
const SLOW = `network = "webnet"
cmd = ["/bin/sh", "-c", "sleep 3; exec /bin/main"]
health = { cmd = ["/bin/wget", "-q", "-O", "-", "http://127.0.0.1:8080/healthz"], interval = "1s" }`;

describe("the names on a network", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();

  before(async () => {
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"] }));
  });

  const podman = (...args: string[]) => fleet.rift.podman.podman(...args);

  const addressOf = async (container: string) =>
    (await podman("inspect", container, "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}")).trim();

  /** What the client has seen: address and answer. */
  const seenBy = async (client: string) =>
    (await podman("logs", client)).split("\n").flatMap((line) => (line === "" ? [] : [line]));

  it("lead to a new version only once it is up", async () => {
    const { alice, rift, images } = fleet;
    const deploy = async (image: string, more: string) => {
      await alice.define("web", oneComponent("web", image, more));
      const { code, stderr } = await alice.mcp("deploy", "web", "--timeout", "60s");
      assert.equal(code, 0, stderr);
    };
    await deploy(images["hello:v1"], 'network = "webnet"');
    const old = await addressOf("web-api");
    await podman(
      "run",
      "-d",
      "--name",
      "client",
      "--network",
      "webnet",
      images["hello:v1"],
      "sh",
      "-c",
      ROTATE,
      "-",
      "api",
    );
    const sees = (line: string) => async () => (await seenBy("client")).includes(line);
    await eventually(sees(`${old} hello v1`), { what: "the old version answers to the name" });
    await deploy(images["hello:v2"], SLOW);
    const now = await addressOf("web-api");
    await eventually(sees(`${now} hello v2`), { what: "the new version answers to the name", timeoutMs: 30_000 });
    const lines = await seenBy("client");
    assert.ok(
      lines.filter((line) => line === `${old} hello v1`).length > 10,
      "the client asked while the new one started",
    );
    assert.deepEqual(
      lines.filter((line) => line.endsWith("refused") && !line.startsWith(`${old} `)),
      [],
    );
    assert.equal((await running(rift, "web-api")).ImageName, images["hello:v2"]);
    const { code, stdout } = await alice.mcp("status", "web");
    assert.equal(code, 0, stdout);
    await podman("rm", "--force", "--time", "0", "client");
  });

  it("of two services lead each to one component, also where both have one of the same name", async () => {
    const { alice, images } = fleet;
    const shared = 'network = "backend"';
    for (const service of ["shop", "crm"]) {
      await alice.define(service, oneComponent(service, images["hello:v1"], shared));
      const { code, stderr } = await alice.mcp("deploy", service, "--timeout", "60s");
      assert.equal(code, 0, stderr);
    }
    await podman("run", "-d", "--name", "asker", "--network", "backend", images["hello:v1"], "sleep", "1000");
    const addressesOf = async (name: string) => {
      const answer = await podman("exec", "asker", "nslookup", name).catch(() => "");
      const addresses = [...answer.matchAll(/^Address: (\S+)$/gm)].map(([, address]) => address);
      return [...new Set(addresses)]; // podman lists one twice whose name is also an alias
    };
    assert.deepEqual(await addressesOf("shop-api"), [await addressOf("shop-api")]);
    assert.deepEqual(await addressesOf("crm-api"), [await addressOf("crm-api")]);
    assert.deepEqual(
      await addressesOf("api"),
      [await addressOf("shop-api")],
      "the container that had it before keeps it",
    );
    await alice.define("shop", oneComponent("shop", images["hello:v2"], shared));
    const { code, stderr } = await alice.mcp("deploy", "shop", "--timeout", "60s");
    assert.equal(code, 0, stderr);
    assert.deepEqual(await addressesOf("api"), []);
    assert.deepEqual(await addressesOf("shop-api"), [await addressOf("shop-api")]);
    await alice.define("crm", oneComponent("crm", images["hello:v2"], shared));
    const plan = await alice.mcp("plan", "crm");
    assert.equal(plan.code, 10);
    assert.match(plan.stderr, /^warning: crm@rift: network "backend" is shared with shop/m);
    await podman("rm", "--force", "--time", "0", "asker");
  });
});
