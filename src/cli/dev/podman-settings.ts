/**
 * Writes podman's settings files for one user or one test node, and returns the variables that make podman read them.
 * Everything lies in one directory of the caller's; the system's and the user's own settings are never touched.
 */
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { containersConf, registriesConf, storageConf } from "./containers-conf.ts";
import { probeMachine } from "./podman-probe.ts";

/** Where programs lie for a user without a login: newuidmap and the network helpers need the sbin directories. */
export const PROGRAM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface PodmanPlace {
  /** Where the three files go; readable for all. With root as the caller, a directory no other user may write to. */
  readonly settingsDir: string;
  /** XDG_RUNTIME_DIR; short, since socket paths end at 107 bytes. */
  readonly runtimeDir: string;
  /**
   * Images and containers. Not below /var/lib: podman 4 covers that directory inside its rootless network
   * (unless /var/lib/cni exists), and then finds no network there.
   */
  readonly graphRoot: string;
  /** Registries (`host:port`) that speak plain HTTP. */
  readonly plainHttpRegistries?: readonly string[];
}

/** Writes the files (creating `settingsDir`) and returns the environment podman needs there, PATH included. */
export async function writePodmanSettings(place: PodmanPlace): Promise<Record<string, string>> {
  const facts = await probeMachine(place.runtimeDir, PROGRAM_PATH);
  const { settingsDir, runtimeDir, graphRoot } = place;
  const files = {
    CONTAINERS_CONF: ["containers.conf", containersConf(facts)],
    CONTAINERS_STORAGE_CONF: [
      "storage.conf",
      storageConf(facts, { graphRoot, runRoot: join(runtimeDir, "containers") }),
    ],
    CONTAINERS_REGISTRIES_CONF: ["registries.conf", registriesConf(place.plainHttpRegistries ?? [])],
  } as const;
  await mkdir(settingsDir, { recursive: true });
  await chmod(settingsDir, 0o755);
  const variables = Object.entries(files).map(async ([variable, [name, text]]) => {
    const path = join(settingsDir, name);
    await writeFile(path, text);
    await chmod(path, 0o644);
    return [variable, path] as const;
  });
  return { PATH: PROGRAM_PATH, XDG_RUNTIME_DIR: runtimeDir, ...Object.fromEntries(await Promise.all(variables)) };
}
