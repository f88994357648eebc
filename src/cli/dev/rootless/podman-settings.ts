/**
 * Podman's settings files for one user or one test node, and the variables that make podman read them.
 * The files are in a directory of their own; the settings of the system and of the user stay untouched.
 */
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { containersConf, registriesConf, storageConf } from "./containers-conf.ts";
import { probeMachine } from "./podman-probe.ts";

/** The search path of a user without a login: newuidmap and the network helpers are in the sbin directories. */
export const PROGRAM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface PodmanDirs {
  /** Where the three files go; readable for all. With root as the caller, a directory no other user may write to. */
  readonly settingsDir: string;
  /** XDG_RUNTIME_DIR; short, since socket paths end at 107 bytes. */
  readonly runtimeDir: string;
}

export interface PodmanSettings extends PodmanDirs {
  /**
   * Images and containers. Not below /var/lib: podman 4 covers that directory inside its rootless network
   * (unless /var/lib/cni exists), and then finds no network there.
   */
  readonly graphRoot: string;
  /** Registries (`host:port`) that speak plain HTTP. */
  readonly plainHttpRegistries?: readonly string[];
}

const FILES = {
  CONTAINERS_CONF: "containers.conf",
  CONTAINERS_STORAGE_CONF: "storage.conf",
  CONTAINERS_REGISTRIES_CONF: "registries.conf",
} as const;

/** The environment that podman needs to use these settings, PATH included. */
export function podmanEnvironment({ settingsDir, runtimeDir }: PodmanDirs): Record<string, string> {
  const paths = Object.entries(FILES).map(([variable, name]) => [variable, join(settingsDir, name)]);
  return { PATH: PROGRAM_PATH, XDG_RUNTIME_DIR: runtimeDir, ...Object.fromEntries(paths) };
}

/** Writes the files (creating `settingsDir`) and returns the environment as podmanEnvironment does. */
export async function writePodmanSettings(settings: PodmanSettings): Promise<Record<string, string>> {
  const { settingsDir, runtimeDir, graphRoot, plainHttpRegistries = [] } = settings;
  const facts = await probeMachine(runtimeDir, PROGRAM_PATH);
  const texts: Record<keyof typeof FILES, string> = {
    CONTAINERS_CONF: containersConf(facts),
    CONTAINERS_STORAGE_CONF: storageConf(facts, { graphRoot, runRoot: join(runtimeDir, "containers") }),
    CONTAINERS_REGISTRIES_CONF: registriesConf(plainHttpRegistries),
  };
  await mkdir(settingsDir, { recursive: true });
  await chmod(settingsDir, 0o755);
  for (const [variable, name] of Object.entries(FILES)) {
    const path = join(settingsDir, name);
    await writeFile(path, texts[variable as keyof typeof FILES]);
    await chmod(path, 0o644);
  }
  return podmanEnvironment(settings);
}
