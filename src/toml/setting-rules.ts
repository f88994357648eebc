/** Rules that mcp.toml and agent.toml have in common: paths, addresses of bus servers, the `[bus]` section. */
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { Parsed } from "../schemas/parsed.ts";
import { present } from "../schemas/present.ts";
import type { BusSection, BusSettings } from "../schemas/settings-file.ts";
import type { SettingsCheck } from "./settings-check.ts";
import type { TomlPath } from "./toml-path.ts";

/** Where paths that are not absolute start. */
export interface Bases {
  /** The settings file, whose directory is the base of what it says. */
  readonly file: string;
  /** The base of what the environment says. */
  readonly cwd: string;
  /** What `~` stands for. */
  readonly home: string;
}

/** The absolute path that a key gives; undefined when it gives none. */
export function checkPath(path: TomlPath, given: string | undefined, { check, bases }: Rules): string | undefined {
  const base = check.variableOf(path) === undefined ? dirname(bases.file) : bases.cwd;
  return check.parse(path, given, (text) => expandPath(text, base, bases.home));
}

/** A public account key as NATS writes it: `A` and 55 characters of base 32. */
export function parseSigner(text: string): Parsed<string> {
  return /^A[A-Z2-7]{55}$/.test(text) ? { value: text } : { wrong: "is no public account key (A and 55 characters)" };
}

export interface Rules {
  readonly check: SettingsCheck;
  readonly bases: Bases;
}

function expandPath(text: string, base: string, home: string): Parsed<string> {
  if (text === "" || text.includes("\0")) return { wrong: "is no path" };
  if (text === "~") return { value: home };
  if (text.startsWith("~/")) return { value: join(home, text.slice(2)) };
  if (text.startsWith("~")) return { wrong: "only ~ and ~/… are expanded: write the whole path" };
  return { value: isAbsolute(text) ? resolve(text) : resolve(base, text) };
}

/** The section's values; undefined when nothing of it is given. */
export function checkBus(section: BusSection | undefined, rules: Rules): BusSettings | undefined {
  if (section === undefined || Object.keys(section).length === 0) return undefined;
  const { check } = rules;
  const servers = section.servers ?? [];
  if (servers.length === 0) check.add(["bus", "servers"], { wrong: "names no server", instead: SERVERS });
  for (const [index, server] of servers.entries()) check.parse(["bus", "servers", index], server, parseServer);
  return {
    servers,
    ...present({
      creds: checkPath(["bus", "creds"], section.creds, rules),
      ca: checkPath(["bus", "ca"], section.ca, rules),
      domain: check.parse(["bus", "domain"], section.domain || undefined, parseDomain),
    }),
  };
}

const SERVERS = 'servers = ["tls://bus.example.net:4222"]';
/** One token of a subject. */
function parseDomain(text: string): Parsed<string> {
  return /^[\w-]+$/.test(text) ? { value: text } : { wrong: "is no JetStream domain", instead: 'domain = "hub"' };
}

const SCHEMES = ["nats:", "tls:", "ws:", "wss:"];

/** `[scheme://]host[:port]`; never repeated in messages, since people put passwords there. */
function parseServer(text: string): Parsed<string> {
  const full = text.includes("://") ? text : `nats://${text}`;
  const url = URL.canParse(full) && !/[\s,]/.test(text) ? new URL(full) : undefined;
  const good = url !== undefined && SCHEMES.includes(url.protocol) && url.hostname !== "";
  return good ? { value: text } : { wrong: "is no address of a NATS server", instead: '"tls://bus.example.net:4222"' };
}
