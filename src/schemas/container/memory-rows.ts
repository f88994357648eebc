/** Keys about what the container keeps in memory: the size of `/dev/shm`, and directories. */
import { formatBytes, parseBytes } from "../../values/bytes.ts";
import { entriesAt, isTrueAt, numberAt } from "../../values/json-tree.ts";
import { isWrong, type Parsed } from "../../values/parsed.ts";
import type { TmpfsSpec } from "./fields.ts";
import { parsePath } from "./process-rows.ts";
import { each, one, row } from "./row.ts";

/** Podman gives these to a read-only root by default. */
export const SCRATCH_PATHS: readonly string[] = ["/tmp", "/run", "/var/tmp"];

const SHM_BOUNDS = { min: 64 * 1024, max: 1024 ** 5 };
/** Podman's own. */
const SHM_DEFAULTS = [0, 65_536_000];
const TMPFS_BOUNDS = { min: 4096, max: 1024 ** 5 };

/** What podman adds to every such mount, and what is so by default. */
const USUAL = ["rw", "exec", "nosuid", "nodev", "rprivate", "tmpcopyup"];
const EXAMPLE = '"/run/app:size=64m"';

/** `path[:option,…]` */
function parseTmpfs(text: string): Parsed<TmpfsSpec> {
  const colon = text.indexOf(":");
  const path = parsePath(colon < 0 ? text : text.slice(0, colon));
  if (isWrong(path)) return { wrong: path.wrong, example: EXAMPLE };
  if (path.value === "/") return { wrong: "would hide the container's whole file system", example: EXAMPLE };
  const options: string[] = [];
  for (const given of colon < 0 ? [] : text.slice(colon + 1).split(",")) {
    const option = parseOption(given);
    if (isWrong(option)) return option;
    if (!USUAL.includes(option.value)) options.push(option.value);
  }
  const names = options.map((option) => option.split("=", 1)[0]);
  if (new Set(names).size < names.length) return { wrong: `"${text}" gives an option twice` };
  return { value: { path: path.value, options: options.toSorted() } };
}

function parseOption(text: string): Parsed<string> {
  const [name, value = ""] = text.split("=");
  if (["ro", "noexec", ...USUAL].includes(text)) return { value: text };
  if (name === "mode" && /^[0-7]{3,4}$/.test(value)) return { value: `mode=${value}` };
  if (name === "size") {
    const size = parseBytes(value, TMPFS_BOUNDS);
    return isWrong(size) ? { wrong: size.wrong, example: EXAMPLE } : { value: `size=${size.value}` };
  }
  return { wrong: `option "${text}" is not one of size=<bytes>, mode=<octal>, ro, noexec`, example: EXAMPLE };
}

function writeTmpfs({ path, options }: TmpfsSpec): string {
  const words = options.map((option) =>
    option.startsWith("size=") ? `size=${formatBytes(Number(option.slice(5)))}` : option,
  );
  return words.length === 0 ? path : `${path}:${words.join(",")}`;
}

function tmpfsMount({ path, options }: TmpfsSpec): object {
  const access = options.includes("ro") ? [] : ["rw"];
  const all = [...access, "nosuid", "nodev", "rprivate", "tmpcopyup", ...options];
  return { type: "tmpfs", source: "tmpfs", destination: path, options: all };
}

function tmpfsOf(container: unknown): TmpfsSpec[] {
  const mounts = entriesAt(container, "HostConfig", "Tmpfs").map(([path, options]) => ({ path, options }));
  const read = mounts.flatMap(({ path, options }) => {
    const parsed = parseTmpfs(options === "" ? path : `${path}:${String(options)}`);
    return isWrong(parsed) ? [] : [parsed.value];
  });
  return read.toSorted(byPath);
}

/** Paths of mounts in memory with options that no definition has. */
export function oddTmpfs(container: unknown): string[] {
  const known = tmpfsOf(container).map(({ path }) => path);
  return entriesAt(container, "HostConfig", "Tmpfs").flatMap(([path]) => (known.includes(path) ? [] : [path]));
}

const byPath = (a: TmpfsSpec, b: TmpfsSpec) => (a.path < b.path ? -1 : 1);
const keyOf = ({ path, options }: TmpfsSpec) => `${path}:${options.join(",")}`;
const parseEach = each(parseTmpfs, { what: "container path", of: ({ path }) => path });

export const MEMORY_ROWS = {
  shm_size: row("shm_size", "shmBytes", {
    example: '"256m"',
    silence: "podman's, 62.5 MiB",
    parse: one((text: string) => parseBytes(text, SHM_BOUNDS)),
    write: formatBytes,
    toPodman: (value) => ({ shm_size: value }),
    read: (container) => numberAt(container, "HostConfig", "ShmSize"),
    said: (value) => (SHM_DEFAULTS.includes(value) ? undefined : value),
  }),
  tmpfs: row("tmpfs", "tmpfs", {
    example: `[${EXAMPLE}]`,
    silence: "none",
    parse: (given, add) => parseEach(given, add)?.toSorted(byPath),
    write: (value) => value.map(writeTmpfs),
    toPodman: (value) => ({ mounts: value.map(tmpfsMount) }),
    read: tmpfsOf,
    said: (value, { container }) => {
      const isReadOnly = isTrueAt(container, "HostConfig", "ReadonlyRootfs");
      const own = value.filter(({ path }) => !(isReadOnly && SCRATCH_PATHS.includes(path)));
      return own.length === 0 ? undefined : own;
    },
    // A read-only root has more of them.
    isSame: (want, have) => want.every((mount) => have.some((other) => keyOf(other) === keyOf(mount))),
  }),
};
