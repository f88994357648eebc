/**
 * A real nats-server for one test file: a free loopback port, JetStream with `sync_interval: always`, a store of its own.
 * The port and the store stay the same over `restart`, so clients reconnect as they would to a server that came back.
 */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Daemon, startDaemon } from "./daemon.ts";
import { untilStopped } from "./processes.ts";
import { endsWith, type Scope } from "./scope.ts";
import { removeTempDir, tempDir } from "./temp-dir.ts";
import { toolPath } from "./tools.ts";

export interface NatsServerOptions {
  /** "2.10" runs the oldest version that is supported; default: the newest one at hand. */
  readonly version?: "newest" | "2.10";
  /** More lines for the configuration file (accounts, users, limits …). */
  readonly config?: string;
  /** A fixed port instead of a free one. */
  readonly port?: number;
  /** False leaves JetStream out. */
  readonly jetstream?: boolean;
}

export interface NatsServer {
  readonly url: string;
  readonly port: number;
  /** The process now; it changes with `restart`. */
  readonly pid: number;
  /** The store's directory, for tests that damage it. */
  readonly storeDir: string;
  readonly configPath: string;
  /** What the server logged since it was last started. */
  output(): string;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
  /** SIGKILL, and waits for the end. */
  kill9(): Promise<void>;
  /** Starts it again (stopping it first if it runs), with other extra configuration when given. */
  restart(config?: string): Promise<void>;
  /** Makes the server reload its configuration, with other extra lines. */
  reload(config: string): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  /** Deletes the store of a stopped server, as if the bus had lost its disk. */
  wipeStore(): Promise<void>;
}

const READY = /Listening for client connections on 127\.0\.0\.1:(\d+)[\s\S]*Server is ready/;

/** Starts the server and waits until it takes clients. It ends with the scope, and with this process at the latest. */
export async function startNatsServer(scope?: Scope, options: NatsServerOptions = {}): Promise<NatsServer> {
  const dir = await tempDir(undefined);
  const command = await toolPath(options.version === "2.10" ? "nats-server-2.10" : "nats-server");
  const files = { configPath: join(dir, "nats.conf"), storeDir: join(dir, "store") };
  const bus = new RestartableServer(command, files, options);
  await bus.start();
  // One after the other: a server that still runs writes into what is being removed.
  endsWith(
    scope,
    async () => {
      await bus.end("SIGKILL");
      await removeTempDir(dir);
    },
    () => void bus.end("SIGKILL"),
  );
  return {
    ...files,
    port: bus.port,
    url: `nats://127.0.0.1:${bus.port}`,
    get pid() {
      return bus.process.pid;
    },
    output: () => bus.process.output(),
    stop: () => bus.end("SIGTERM"),
    kill9: () => bus.end("SIGKILL"),
    restart: async (config) => {
      await bus.end("SIGTERM");
      await bus.start(config);
    },
    reload: (config) => bus.reload(config),
    pause: () => {
      bus.process.signal("SIGSTOP");
      untilStopped(bus.process.pid);
    },
    resume: () => bus.process.signal("SIGCONT"),
    wipeStore: () => rm(files.storeDir, { recursive: true, force: true }),
  };
}

class RestartableServer {
  readonly #command: string;
  readonly #files: { readonly configPath: string; readonly storeDir: string };
  readonly #jetstream: boolean;
  #config: string;
  #process: Daemon | undefined;
  /** -1 lets the first start choose; later starts keep what it chose. */
  port: number;

  constructor(command: string, files: { configPath: string; storeDir: string }, options: NatsServerOptions) {
    this.#command = command;
    this.#files = files;
    this.#jetstream = options.jetstream ?? true;
    this.#config = options.config ?? "";
    this.port = options.port ?? -1;
  }

  get process(): Daemon {
    if (this.#process === undefined) throw new Error("nats-server was not started");
    return this.#process;
  }

  async start(config?: string): Promise<void> {
    await this.#write(config);
    const args = ["--config", this.#files.configPath];
    this.#process = await startDaemon({ command: this.#command, args, ready: READY });
    this.port = Number(this.#process.readyMatch[1]);
  }

  async reload(config: string): Promise<void> {
    await this.#write(config);
    this.process.signal("SIGHUP");
  }

  end(signal: NodeJS.Signals): Promise<void> {
    this.process.signal("SIGCONT"); // a paused process would not see SIGTERM
    this.process.signal(signal);
    return this.process.ended;
  }

  async #write(config: string = this.#config): Promise<void> {
    this.#config = config;
    const store = `jetstream { store_dir: ${JSON.stringify(this.#files.storeDir)}, sync_interval: always }`;
    const lines = [`listen: "127.0.0.1:${this.port}"`, ...(this.#jetstream ? [store] : []), config, ""];
    await writeFile(this.#files.configPath, lines.join("\n"));
  }
}
