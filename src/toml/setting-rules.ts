/** Rules that all settings files share: paths, addresses of bus servers, the `[bus]` section. */
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { BusSection, CheckedBusSection } from "../schemas/settings/settings-file.ts";
import { parseBusAddress, parseDomain } from "../schemas/wire/bus-address.ts";
import type { Parsed } from "../values/parsed.ts";
import { present } from "../values/present.ts";
import type { SettingsCheck } from "./settings-check.ts";
import type { TomlPath } from "./toml-path.ts";

/** Base directories of relative paths. */
export interface Bases {
  /** The settings file; its directory is the base of paths in the file. */
  readonly file: string;
  /** Base of paths in the environment. */
  readonly cwd: string;
  /** Home directory, for `~`. */
  readonly home: string;
}

/** The absolute path of a key; undefined if the key is not set. */
export function checkPath(path: TomlPath, given: string | undefined, { check, bases }: Rules): string | undefined {
  const base = check.variableOf(path) === undefined ? dirname(bases.file) : bases.cwd;
  return check.parse(path, given, (text) => expandPath(text, base, bases.home));
}

/** A public account key as NATS writes it: `A` and 55 characters of base 32. */
export function parseSigner(text: string): Parsed<string> {
  return /^A[A-Z2-7]{55}$/.test(text)
    ? { value: text }
    : { wrong: "is not a public account key (A and 55 more characters)" };
}

export interface Rules {
  readonly check: SettingsCheck;
  readonly bases: Bases;
  /** `--insecure` of the command line; it overrides `[bus] insecure`. */
  readonly insecure?: boolean | undefined;
}

function expandPath(text: string, base: string, home: string): Parsed<string> {
  if (text === "" || text.includes("\0")) return { wrong: "is not a valid path" };
  if (text === "~") return { value: home };
  if (text.startsWith("~/")) return { value: join(home, text.slice(2)) };
  if (text.startsWith("~")) return { wrong: "only ~ and ~/… are expanded: write the full path" };
  return { value: isAbsolute(text) ? resolve(text) : resolve(base, text) };
}

/** The values of the section; undefined if it is empty. */
export function checkBus(section: BusSection | undefined, rules: Rules): CheckedBusSection | undefined {
  if (section === undefined || Object.keys(section).length === 0) return undefined;
  return {
    servers: checkServers(section.servers ?? [], rules),
    ...present({
      creds: checkPath(["bus", "creds"], section.creds, rules),
      ca: checkPath(["bus", "ca"], section.ca, rules),
      domain: rules.check.parse(["bus", "domain"], section.domain || undefined, parseDomain),
      insecure: rules.insecure || section.insecure,
    }),
  };
}

/** As checkBus, for a program that needs a bus. */
export function checkRequiredBus(section: BusSection | undefined, rules: Rules): CheckedBusSection {
  const bus = checkBus(section, rules);
  if (bus === undefined) {
    rules.check.add(["bus", "servers"], { wrong: "names no server", instead: `[bus] ${SERVERS}` });
  }
  return bus ?? { servers: [] };
}

function checkServers(given: readonly string[], { check }: Rules): string[] {
  if (given.length === 0) check.add(["bus", "servers"], { wrong: "names no server", example: SERVERS });
  return given.map((server, index) => check.parse(["bus", "servers", index], server, parseBusAddress) ?? server);
}

const SERVERS = 'servers = ["tls://bus.example.net:4222"]';
