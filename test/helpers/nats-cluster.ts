/**
 * Three nats-servers as a cluster, for tests of what survives lost leaders and partitions. Every route between two servers
 * goes through a proxy of this process, which can be cut: both sides then go on with their own clients.
 */
import { writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { type Daemon, startDaemon } from "./daemon.ts";
import { freePort } from "./free-port.ts";
import { untilStopped } from "./processes.ts";
import { endsWith, type Scope } from "./scope.ts";
import { tempDir } from "./temp-dir.ts";
import { toolPath } from "./tools.ts";

export interface ClusterServer {
  /** `n0` to `n2`: what JetStream names as a leader. */
  readonly name: string;
  readonly url: string;
  start(): Promise<void>;
  kill9(): Promise<void>;
  /** SIGSTOP: when it goes on, it may still believe that it leads. */
  pause(): void;
  resume(): void;
}

export interface NatsCluster {
  readonly servers: readonly ClusterServer[];
  /** Cuts every route of this server. Its clients stay connected to it. */
  isolate(server: ClusterServer): void;
  /** Lets all servers reach each other again. */
  heal(): void;
}

const SIZE = 3;

export async function startNatsCluster(scope: Scope): Promise<NatsCluster> {
  const dir = await tempDir(scope); // removed after the servers ended: scopes end in reverse
  const command = await toolPath("nats-server");
  const indexes = Array.from({ length: SIZE }, (_, index) => index);
  const [clientPorts, routePorts] = [await ports(), await ports()];
  const links: Link[] = [];
  const servers: ClusterServer[] = [];
  for (const index of indexes) {
    const routes: string[] = [];
    for (const other of indexes.filter((one) => one !== index)) {
      const link = await openLink(scope, [index, other], routePorts[other] ?? 0);
      links.push(link);
      routes.push(`nats://127.0.0.1:${link.port}`);
    }
    const configPath = join(dir, `n${index}.conf`);
    const [client, route] = [clientPorts[index], routePorts[index]];
    await writeFile(configPath, configOf({ name: `n${index}`, dir, client, route, routes }));
    servers.push(clusterServer(scope, { name: `n${index}`, port: client ?? 0, command, configPath }));
  }
  await Promise.all(servers.map((server) => server.start()));
  return {
    servers,
    isolate: (server) => {
      const index = servers.indexOf(server);
      for (const link of links) if (link.between.includes(index)) link.cut();
    },
    heal: () => {
      for (const link of links) link.heal();
    },
  };
}

const ports = () => Promise.all(Array.from({ length: SIZE }, () => freePort()));

interface ServerConfig {
  readonly name: string;
  readonly dir: string;
  readonly client: number | undefined;
  readonly route: number | undefined;
  readonly routes: readonly string[];
}

/** The address that servers tell each other leads nowhere, so that all routes go through the proxies. */
const configOf = ({ name, dir, client, route, routes }: ServerConfig) => `
server_name: ${name}
listen: "127.0.0.1:${client}"
jetstream { store_dir: "${join(dir, name)}", sync_interval: always }
cluster {
  name: test
  listen: "127.0.0.1:${route}"
  advertise: "127.0.0.1:1"
  no_advertise: true
  routes: ${JSON.stringify(routes)}
}
`;

interface Link {
  /** From and to. */
  readonly between: readonly number[];
  readonly port: number;
  cut(): void;
  heal(): void;
}

async function openLink(scope: Scope, between: readonly number[], target: number): Promise<Link> {
  const sockets = new Set<Socket>();
  const state = { isCut: false };
  const server = createServer((incoming) => {
    if (state.isCut) return void incoming.destroy();
    const outgoing = connect(target, "127.0.0.1");
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  scope.after(() => closeLink(server, drop));
  return {
    between,
    port: (server.address() as AddressInfo).port,
    cut: () => {
      state.isCut = true;
      drop();
    },
    heal: () => {
      state.isCut = false;
    },
  };
}

function closeLink(server: Server, drop: () => void): Promise<void> {
  drop();
  return new Promise((resolve) => server.close(() => resolve()));
}

interface Launch {
  readonly name: string;
  readonly port: number;
  readonly command: string;
  readonly configPath: string;
}

function clusterServer(scope: Scope, { name, port, command, configPath }: Launch): ClusterServer {
  const running: { process?: Daemon } = {};
  const kill9 = async () => {
    running.process?.signal("SIGKILL");
    await running.process?.ended;
    delete running.process;
  };
  endsWith(scope, kill9, () => running.process?.signal("SIGKILL"));
  return {
    name,
    url: `nats://127.0.0.1:${port}`,
    start: async () => {
      running.process = await startDaemon({ command, args: ["-c", configPath], ready: /Server is ready/ });
    },
    kill9,
    pause: () => {
      running.process?.signal("SIGSTOP");
      untilStopped(running.process?.pid ?? -1);
    },
    resume: () => running.process?.signal("SIGCONT"),
  };
}
