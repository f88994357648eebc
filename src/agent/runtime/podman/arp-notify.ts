/**
 * Podman whose networks announce where their gateway is. netavark before 1.9 gives a network's bridge no MAC of its own,
 * so the kernel takes the lowest of those on it, and another one when a container comes or goes (77 of 180 replacements):
 * the others then send questions for names, and all that leaves the network, to nobody, for 26 s as measured. With
 * `arp_notify` the kernel tells them at once. It is set in the namespace that podman 4 keeps its rootless networks in,
 * from the first container on one to the last; a container without a network waits for none of it.
 */
import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../../../values/error.ts";
import { Podman, type PodmanOptions } from "./podman.ts";
import { isHostOrNone } from "./translate.ts";

/** It takes 0.1 s. */
const LIMIT_MS = 5_000;
const SCRIPT = "echo 1 >/proc/sys/net/ipv4/conf/all/arp_notify";

export interface ArpNotifyOptions extends PodmanOptions {
  /** XDG_RUNTIME_DIR of podman's user: below it podman 4 marks its namespace by a file. */
  readonly runtimeDir: string;
  /** The program and its first arguments; podman by default. */
  readonly command?: readonly [string, ...string[]];
  /** Called once for each namespace where it could not be set; nothing else is affected. */
  readonly onError?: (trouble: string) => void;
}

export class ArpNotifyingPodman extends Podman {
  readonly #options: ArpNotifyOptions;
  /** The namespace where it was set last. */
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

  /** The first container on a network brings the namespace with it. */
  override async start(id: string, signal: AbortSignal): Promise<void> {
    await super.start(id, signal);
    void this.enableArpNotify();
  }

  override async close(): Promise<void> {
    await this.#work;
    await super.close();
  }

  /** Sets it in the current namespace, once for each. Does nothing where there is none. Never rejects. */
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

/** What tells podman's rootless network namespace from an earlier one; undefined when there is none. */
async function namespaceOf(runtimeDir: string): Promise<string | undefined> {
  const dir = join(runtimeDir, "netns");
  const names = (await readdir(dir).catch(() => [])).filter((name) => name.startsWith("rootless-netns-"));
  const marks = await Promise.all(names.map((name) => stat(join(dir, name)).catch(() => undefined)));
  const found = marks.filter((mark) => mark !== undefined);
  return found.length === 0 ? undefined : found.map(({ ino, mtimeMs }) => `${ino} ${mtimeMs}`).join(", ");
}
