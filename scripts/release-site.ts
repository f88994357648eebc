/**
 * The two buses that a recording of a release is made on: one as `mcp bus init` makes it, over TLS, with two enrolled nodes
 * and several people; and one of a local trial, without accounts, where nothing is signed.
 */
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startDaemon } from "../test/helpers/daemon.ts";
import { freePort } from "../test/helpers/free-port.ts";
import { pushTestImages } from "../test/helpers/images.ts";
import { startNatsServer } from "../test/helpers/nats-server.ts";
import { startRegistry } from "../test/helpers/registry.ts";
import { startPodmanNodes } from "../test/helpers/rootless.ts";
import { endsWith, type Scope } from "../test/helpers/scope.ts";
import { tempDir } from "../test/helpers/temp-dir.ts";
import { toolPath } from "../test/helpers/tools.ts";
import { type Desk, openDesk, prepareNode, type ReleaseNode } from "./release-desk.ts";
import type { ServicePlace } from "./release-services.ts";

export interface ReleaseSite {
  readonly url: string;
  /** Those of the first operator; on the trial bus anybody may connect. */
  readonly desk: Desk;
  /** Directory of the bundles. */
  readonly carried: string;
  readonly nodes: readonly ReleaseNode[];
  /** What definitions name. */
  readonly place: ServicePlace;
}

/** Alerts that end at once, so that the store remembers some. */
const ALERTS = '\n[alerts]\ncommand = ["/bin/true"]\nfor = "1s"\n';

const HOSTS = ["127.0.0.1", "localhost"];

/** @param programs directory of a package; default: the programs of this project */
export async function startEnrolledSite(scope: Scope, programs?: string): Promise<ReleaseSite> {
  const [desk, port, ground] = await Promise.all([openDesk(scope, programs), freePort(), podmanGround(scope, 2)]);
  const carried = join(desk.home, "carried");
  await mkdir(carried);
  await desk.mcp("bus", "init", ...HOSTS, "--operator", "kyle", "--port", String(port));
  await startInitialized(scope, desk);
  await desk.mcp("bus", "provision");
  const nodes: ReleaseNode[] = [];
  for (const [index, name] of ["rift", "orion"].entries()) {
    const bundle = join(carried, `${name}.bundle`);
    await desk.mcp("node", "add", name, "--label", "zone=attic", "--out", bundle);
    nodes.push(await prepareNode(scope, { name, bundle, podman: ground.at(index), settings: ALERTS, programs }));
  }
  const files = nodes[0]?.filesDir ?? "";
  return { url: `tls://127.0.0.1:${port}`, desk, carried, nodes, place: ground.place(files) };
}

export async function startTrialSite(scope: Scope): Promise<ReleaseSite> {
  const [desk, server, ground] = await Promise.all([openDesk(scope), startNatsServer(scope), podmanGround(scope, 1)]);
  const bus = `[bus]\nservers = ["${server.url}"]\n`;
  await writeFile(join(desk.dir, "mcp.toml"), bus);
  await desk.mcp("bus", "provision");
  await desk.mcp("node", "add", "rift");
  const podman = ground.at(0);
  const store = `\n[store]\npath = "${join(podman.dir, ".local/share/mcp/mcp.db")}"\n`;
  const node = await prepareNode(scope, { name: "rift", podman, settings: `node = "rift"\n\n${bus}${store}` });
  return { url: server.url, desk, carried: "", nodes: [node], place: ground.place(node.filesDir) };
}

/** Machines with podman, a registry that they can pull the test images from, and free ports. */
async function podmanGround(scope: Scope, count: number) {
  const registry = await startRegistry(scope);
  const [images, machines, ports] = await Promise.all([
    pushTestImages(registry.address),
    startPodmanNodes(scope, count, { plainHttpRegistries: [registry.address] }),
    Promise.all(Array.from({ length: 8 }, freePort)),
  ]);
  const { reference, digest } = images["hello:v1"];
  const place = (files: string): ServicePlace => ({
    v1: reference,
    v2: images["hello:v2"].reference,
    crasher: images["crasher:v1"].reference,
    byDigest: `${registry.address}/hello@${digest}`,
    byBoth: `${reference}@${digest}`,
    files,
    port: () => ports.pop() ?? demand("a free port"),
  });
  return { place, at: (index: number) => machines[index] ?? demand("a machine") };
}

function demand(what: string): never {
  throw new Error(`there is no ${what.replace(/^a /, "")} left`);
}

/** The server of `mcp bus init`, run from a copy of its directory whose paths are of this machine. */
async function startInitialized(scope: Scope, { dir }: Desk): Promise<void> {
  const place = await tempDir(scope);
  const etc = join(place, "etc");
  await cp(join(dir, "server"), etc, { recursive: true });
  const config = join(etc, "nats.conf");
  const text = await readFile(config, "utf8");
  await writeFile(config, text.replaceAll("/etc/nats", etc).replaceAll("/var/lib/nats", join(place, "data")));
  const daemon = await startDaemon({
    command: await toolPath("nats-server"),
    args: ["-c", config],
    ready: /Server is ready/,
  });
  const end = async () => {
    daemon.signal("SIGKILL");
    await daemon.ended;
  };
  endsWith(scope, end, () => daemon.signal("SIGKILL"));
}
