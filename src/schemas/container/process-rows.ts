/** Keys about the process in the container: what it runs, in which directory, with which terminal, and how it is asked to end. */
import { posix } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { at, isTrueAt, textAt, textsAt } from "../../values/json-tree.ts";
import type { Parsed } from "../../values/parsed.ts";
import { type Inspected, one, type PodmanPart, row } from "./row.ts";
import { parseSignal, signalName, signalNumber } from "./signals.ts";

/** The path at which podman puts an init process before the command. */
const INIT = ["/dev/init", "/run/podman-init"];

/**
 * Program and arguments as they may run, without podman's init process. Podman shows a line of one word as a program with itself as
 * argument, which may also be a line of two.
 */
function commandLines(container: unknown): string[][] {
  const path = textAt(container, "Path");
  const line = [path, ...textsAt(container, "Args")];
  if (INIT.includes(path)) return [line.slice(line.indexOf("--") + 1)];
  return line.length === 2 && line[1] === path ? [line, [path]] : [line];
}

/** Podman 4 shows the entrypoint as one text; the whole line without the command has its elements. */
function entrypointOf(container: unknown): string[] {
  const own = at(container, "Config", "Entrypoint");
  if (Array.isArray(own)) return textsAt(container, "Config", "Entrypoint");
  if (typeof own !== "string" || own === "") return [];
  const last = textsAt(container, "Config", "Cmd").length;
  const words = commandLines(container).map((line) => line.slice(0, line.length - last));
  return words.find((found) => found.join(" ") === own) ?? own.split(" ");
}

/** Also said where the container does not have the image's command, which an entrypoint of its own removes. */
function saidEntrypoint(own: readonly string[], { container, image }: Inspected): readonly string[] | undefined {
  const isImages = isDeepStrictEqual(own, textsAt(image, "Config", "Entrypoint"));
  const hasCommand = textsAt(container, "Config", "Cmd").length > 0;
  return isImages && (hasCommand || textsAt(image, "Config", "Cmd").length === 0) ? undefined : own;
}

function parseArguments(given: string[]): Parsed<readonly string[]> {
  if (given.some((text) => text.includes("\0"))) return { wrong: "contains a NUL character" };
  if (given[0] === "") return { wrong: "names no program; `[]` removes the image's entrypoint", instead: "[]" };
  return { value: given };
}

export function parsePath(text: string): Parsed<string> {
  const clean = posix.normalize(text).replace(/(?<=.)\/$/, "");
  if (text.includes("\0")) return { wrong: "contains a NUL character" };
  if (!text.startsWith("/"))
    return { wrong: `"${text}" is not an absolute path`, instead: `"/${text.replace(/^[./]+/, "")}"` };
  if (clean === text) return { value: text };
  return { wrong: `"${text}" has empty, "." or ".." parts`, instead: `"${clean}"` };
}

/** A key that is on or off; off needs no word in a definition. */
const flag = (key: "init" | "tty" | "stdin", shown: readonly string[], toPodman: (value: boolean) => PodmanPart) =>
  row(key, key, {
    example: "true",
    silence: "`false`, unless podman's configuration says otherwise",
    parse: (given) => given,
    write: (value) => value,
    toPodman,
    read: (container) => isTrueAt(container, ...shown),
    said: (value) => (value ? true : undefined),
  });

export const PROCESS_ROWS = {
  entrypoint: row("entrypoint", "entrypoint", {
    example: '["/bin/server", "--verbose"]',
    silence: "the entrypoint of the image",
    parse: one(parseArguments),
    write: (value) => [...value],
    // Podman takes an empty list for none given, and one empty word for "remove it".
    toPodman: (value) => ({ entrypoint: value.length === 0 ? [""] : value }),
    read: entrypointOf,
    said: saidEntrypoint,
  }),
  workdir: row("workdir", "workdir", {
    example: '"/srv/app"',
    silence: "the directory of the image",
    parse: one(parsePath),
    write: (value) => value,
    toPodman: (value) => ({ work_dir: value }),
    read: (container) => textAt(container, "Config", "WorkingDir") || "/",
    said: (value, { image }) => (value === (textAt(image, "Config", "WorkingDir") || "/") ? undefined : value),
  }),
  init: flag("init", ["HostConfig", "Init"], (value) => ({ init: value })),
  tty: flag("tty", ["Config", "Tty"], (value) => ({ terminal: value })),
  stdin: flag("stdin", ["Config", "OpenStdin"], (value) => ({ stdin: value })),
  stop_signal: row("stop_signal", "stopSignal", {
    example: '"SIGINT"',
    silence: "the signal of the image, or `SIGTERM`",
    parse: one(parseSignal),
    write: (value) => value,
    toPodman: (value) => ({ stop_signal: signalNumber(value) }),
    read: (container) => signalName(at(container, "Config", "StopSignal")),
    said: (value, { image }) =>
      value === (signalName(at(image, "Config", "StopSignal")) ?? "SIGTERM") ? undefined : value,
  }),
};
