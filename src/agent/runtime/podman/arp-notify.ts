/**
 * Podman whose networks announce their gateway's address. netavark before 1.9 gives a network's bridge no fixed MAC,
 * so the kernel uses the lowest one on it, which changes when containers start or stop (in 77 of 180 replacements):
 * the others then send DNS queries and outgoing packets to the old address, for 26 s as measured. With
 * `arp_notify` the kernel announces the change at once. It is set in the namespace of podman 4's rootless networks,
 * while containers use a network; a container without a network does not wait for it.
 */
import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../../../values/error.ts";
import { isHostOrNone } from "./create-body.ts";
import { Podman, type PodmanOptions } from "./podman.ts";

/** It takes 0.1 s. */
const LIMIT_MS = 5_000;
const SCRIPT = "echo 1 >/proc/sys/net/ipv4/conf/all/arp_notify";

export interface ArpNotifyOptions extends PodmanOptions {
  /** XDG_RUNTIME_DIR of podman's user: a file below it marks podman 4's namespace. */
  readonly runtimeDir: string;
  /** The program and its first arguments; podman by default. */
  readonly command?: readonly [string, ...string[]];
  /** Called once for each namespace where setting it failed; nothing else is affected. */
  readonly onError?: (trouble: string) => void;
}

export class ArpNotifyingPodman extends Podman {
  readonly #options: ArpNotifyOptions;
  /** The namespace in which it was set last. */
  #enabledIn: string | undefined;
  #work: Promise<void> | undefined;

  constructor(options: ArpNotifyOptions) {
    super(options);
    this.#options = options;
  }

  override async ensureNetwork(name: string, signal: AbortSignal): Promise<void> {
    if (!isHostOrNone(name)) await this.enableArpNotify();
    await super.ensureNetwork(name, signal);
  }

  /** Starting the first container on a network creates the namespace. */
  override async start(id: string, signal: AbortSignal): Promise<void> {
    await super.start(id, signal);
    void this.enableArpNotify();
  }

  override async close(): Promise<void> {
    await this.#work;
    await super.close();
  }

  /** Sets it in the current namespace, once for each. Does nothing without a namespace. Never rejects. */
  enableArpNotify(): Promise<void> {
    this.#work ??= this.#enable().finally(() => {
      this.#work = undefined;
    });
    return this.#work;
  }

  async #enable(): Promise<void> {
    const namespace = await namespaceOf(this.#options.runtimeDir);
    if (namespace === undefined || namespace === this.#enabledIn) return;
    const [program, ...before] = this.#options.command ?? ["podman"];
    const args = [...before, "unshare", "--rootless-netns", "sh", "-c", SCRIPT];
    await promisify(execFile)(program, args, { cwd: "/", timeout: LIMIT_MS }).catch((error: unknown) => {
      this.#options.onError?.(
        `cannot enable arp_notify, so containers may lose name resolution for some seconds after a deploy: ${messageOf(error)}`,
      );
    });
    this.#enabledIn = namespace;
  }
}

/** Identifies podman's current rootless network namespace; undefined when there is none. */
async function namespaceOf(runtimeDir: string): Promise<string | undefined> {
  const dir = join(runtimeDir, "netns");
  const names = (await readdir(dir).catch(() => [])).filter((name) => name.startsWith("rootless-netns-"));
  const marks = await Promise.all(names.map((name) => stat(join(dir, name)).catch(() => undefined)));
  const found = marks.filter((mark) => mark !== undefined);
  return found.length === 0 ? undefined : found.map(({ ino, mtimeMs }) => `${ino} ${mtimeMs}`).join(", ");
}
