/** The gateway of a network stays reachable for containers that run, whichever others come and go. */
import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { ArpNotifyingPodman } from "../../src/agent/runtime/podman/arp-notify.ts";
import { componentSpec } from "../helpers/component-spec.ts";
import { eventually } from "../helpers/eventually.ts";
import { podmanCommand } from "../helpers/podman-command.ts";
import { podmanSuite } from "../helpers/podman-suite.ts";

const NETWORK = "shopnet";
const soon = () => AbortSignal.timeout(30_000);

describe("podman's networks", () => {
  const { node, image } = podmanSuite();

  async function open(t: TestContext, command = podmanCommand(node())) {
    const { socketPath, runtimeDir } = node();
    const errors: string[] = [];
    const onError = (error: string) => errors.push(error);
    const podman = new ArpNotifyingPodman({ socketPath, runtimeDir, command, onError });
    t.after(async () => {
      await node().podman("rm", "--all", "--force", "--time", "0");
      await podman.close();
    });
    await podman.pull(image(), () => undefined, soon());
    const start = async (name: string, network?: string) => {
      if (network !== undefined) await podman.ensureNetwork(network, soon());
      const spec = componentSpec({ image: image(), ...(network === undefined ? {} : { network }) });
      const id = await podman.create({ name, spec, aliases: [name], labels: {} }, soon());
      await podman.start(id, soon());
      return id;
    };
    return { podman, start, errors };
  }

  /** Of the namespace that podman keeps its networks in, which this makes where there is none. */
  const isAnnounced = async () => {
    const cat = ["cat", "/proc/sys/net/ipv4/conf/all/arp_notify"];
    return (await node().podman("unshare", "--rootless-netns", ...cat)) === "1\n";
  };

  /** The gateway's MAC as this container knows it, once it has asked there for a name. */
  const gatewaySeenBy = async (container: string) => {
    const line = /^\S+\.1 .* ((?:[0-9a-f]{2}:){5}[0-9a-f]{2}) /m;
    const look = async () => line.exec(await node().podman("exec", container, "cat", "/proc/net/arp"))?.[1];
    if ((await look()) === undefined) await node().podman("exec", container, "nslookup", "first");
    return await look();
  };

  test("announce a gateway that another container has moved", async (t) => {
    const { podman, start, errors } = await open(t);
    await start("first", NETWORK);
    for (let round = 0; round < 10; round++) {
      const id = await start(`guest-${round}`, NETWORK);
      const now = await gatewaySeenBy(`guest-${round}`);
      assert.ok(now);
      assert.equal(await gatewaySeenBy("first"), now, "the first container knows it as the newest does");
      await podman.stop(id, 0, soon());
    }
    assert.deepEqual(errors, []);
  });

  test("do so in the next namespace too, when the last container has stopped", async (t) => {
    const { podman, start } = await open(t);
    const id = await start("first", NETWORK);
    await eventually(isAnnounced);
    await podman.stop(id, 0, soon());
    await podman.start(id, soon());
    await eventually(isAnnounced);
  });

  test("are left alone for containers without one", async (t) => {
    const { start, errors } = await open(t, ["/nowhere/podman"]);
    await start("alone");
    await start("hosted", "host");
    assert.deepEqual(errors, []);
  });

  test("that cannot be changed are reported once, and hold nothing up", async (t) => {
    const { start, errors } = await open(t, ["/nowhere/podman"]);
    for (const name of ["first", "second", "third"]) await start(name, NETWORK);
    assert.equal(errors.length, 1);
    assert.match(errors[0] ?? "", /cannot enable arp_notify.*\/nowhere\/podman/);
  });
});
