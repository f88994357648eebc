/** The agent's settings: agent.toml with the environment over it (`MCP_AGENT_…`), defaults filled in, units in names. */
import { readNamedText } from "../../disk/read-text.ts";
import { homeDirectory } from "../../disk/user-directories.ts";
import { validateAgentSettings } from "../../schemas/generated/validators.ts";
import { AGENT_DEFAULTS } from "../../schemas/settings/settings-defaults.ts";
import type { AgentSettingsFile, CheckedBusSection, LogLevel } from "../../schemas/settings/settings-file.ts";
import { AGENT_KEYS, AGENT_PREFIX } from "../../schemas/settings/settings-keys.ts";
import { type Environment, readLayers } from "../../toml/read-layers.ts";
import { checkPath, checkRequiredBus, parseSigner, type Rules } from "../../toml/setting-rules.ts";
import { ROLES, type Role } from "../../trust/operator-claims.ts";
import { type ByteBounds, parseBytes } from "../../values/bytes.ts";
import { type DurationBounds, parseDuration } from "../../values/duration.ts";
import { isName, NAME_RULE, type NodeName } from "../../values/names.ts";
import type { Parsed } from "../../values/parsed.ts";
import { present } from "../../values/present.ts";

export interface AgentSettings {
  readonly node: NodeName;
  readonly bus: CheckedBusSection;
  readonly trust: TrustSettings;
  readonly store: { readonly path: string };
  readonly podman: {
    /** Absent: the user's own socket; podman's service is started if needed. */
    readonly socket?: string;
  };
  readonly files: { readonly root: string; readonly maxSizeBytes: number };
  readonly reconcile: { readonly sweepMs: number; readonly parallel: number };
  readonly alerts: {
    /** An argument list, never a shell; empty: no alerts. */
    readonly command: readonly string[];
    readonly forMs: number;
    readonly cooldownMs: number;
  };
  readonly log: { readonly level: LogLevel };
}

/** Whose signatures the node accepts. Without keys signatures are not required (only for local trials). */
export interface TrustSettings {
  /** Public keys of break-glass signing keys. */
  readonly signers: readonly string[];
  /** Public keys of the login exchange; the next two settings limit its users. */
  readonly exchange: readonly string[];
  readonly exchangeRole: Role;
  readonly exchangeLifeMs: number;
  /** The id of this enrollment of the node. */
  readonly incarnation?: string;
}

const HOUR_MS = 3_600_000;
const SWEEP: DurationBounds = { minMs: 1_000, maxMs: 24 * HOUR_MS };
const WAIT: DurationBounds = { minMs: 0, maxMs: 30 * 24 * HOUR_MS };
const LIFE: DurationBounds = { minMs: 60_000, maxMs: 24 * HOUR_MS };
const FILE_SIZE: ByteBounds = { min: 1, max: 1024 ** 5 };
const MAX_PARALLEL = 64;

export interface CommandLine {
  /** `--insecure` */
  readonly insecure?: boolean;
}

const HOW_TO_NAME = "name it with `--config`; `mcp node add` on a workstation makes one for a new node";

/**
 * Reads `path`; undefined reads only the environment. The command line takes precedence.
 * @throws McpError E_CONFIG with `details: Problem[]`, or when the file does not exist.
 */
export async function readAgentSettings(
  path: string | undefined,
  env: Environment,
  line: CommandLine = {},
): Promise<AgentSettings> {
  const text = path === undefined ? undefined : await readNamedText(path, HOW_TO_NAME);
  return parseAgentSettings({ path, text }, env, line);
}

/** The same for a text. @throws McpError E_CONFIG with `details: Problem[]` */
export function parseAgentSettings(
  { path, text }: { readonly path: string | undefined; readonly text: string | undefined },
  env: Environment,
  { insecure }: CommandLine = {},
): AgentSettings {
  const file = path ?? "the environment";
  const kind = { code: "E_CONFIG", validate: validateAgentSettings } as const;
  const { data, check } = readLayers({ path: file, text, kind, keys: AGENT_KEYS, prefix: AGENT_PREFIX, env });
  const settings = checked(data, {
    check,
    insecure,
    bases: { file: path ?? "/", cwd: process.cwd(), home: homeDirectory(env) },
  });
  check.done();
  return settings;
}

function checked(data: AgentSettingsFile, rules: Rules): AgentSettings {
  return {
    node: checkNode(data.node, rules),
    bus: checkRequiredBus(data.bus, rules),
    trust: checkTrust(data.trust, rules),
    store: { path: checkPath(["store", "path"], data.store?.path, rules) ?? AGENT_DEFAULTS.store.path },
    podman: present({ socket: checkPath(["podman", "socket"], data.podman?.socket || undefined, rules) }),
    files: checkFiles(data.files, rules),
    reconcile: checkReconcile(data.reconcile, rules),
    alerts: checkAlerts(data.alerts, rules),
    log: { level: data.log?.level ?? AGENT_DEFAULTS.log.level },
  };
}

function checkNode(node: string | undefined, { check }: Rules): NodeName {
  if (node === undefined)
    check.add(["node"], { wrong: "is missing: an agent needs its node's name", instead: 'node = "rift"' });
  else if (!isName(node)) check.add(["node"], { wrong: `"${node}" is not a valid name (${NAME_RULE})` });
  return node ?? "";
}

function checkTrust(given: AgentSettingsFile["trust"], { check }: Rules): TrustSettings {
  const {
    signers = [],
    exchange = [],
    exchange_role: role,
    exchange_life: life,
  } = { ...AGENT_DEFAULTS.trust, ...given };
  for (const [name, keys] of Object.entries({ signers, exchange })) {
    for (const [index, key] of keys.entries()) check.parse(["trust", name, index], key, parseSigner);
  }
  return {
    signers,
    exchange,
    exchangeRole: check.parse(["trust", "exchange_role"], role, parseRole) ?? "viewer",
    exchangeLifeMs: check.parse(["trust", "exchange_life"], life, (text) => parseDuration(text, LIFE)) ?? 0,
    ...present({ incarnation: given?.incarnation || undefined }),
  };
}

function parseRole(text: string): Parsed<Role> {
  const role = ROLES.find((one) => one === text);
  return role === undefined ? { wrong: `is not one of ${ROLES.join(", ")}` } : { value: role };
}

function checkFiles(given: AgentSettingsFile["files"], rules: Rules): AgentSettings["files"] {
  const size = given?.max_size ?? AGENT_DEFAULTS.files.max_size;
  return {
    root: checkPath(["files", "root"], given?.root, rules) ?? AGENT_DEFAULTS.files.root,
    maxSizeBytes: rules.check.parse(["files", "max_size"], size, (text) => parseBytes(text, FILE_SIZE)) ?? 0,
  };
}

function checkReconcile(given: AgentSettingsFile["reconcile"], { check }: Rules): AgentSettings["reconcile"] {
  const { sweep, parallel } = { ...AGENT_DEFAULTS.reconcile, ...given };
  if (!Number.isInteger(parallel) || parallel < 1 || parallel > MAX_PARALLEL) {
    check.add(["reconcile", "parallel"], {
      wrong: `is not a whole number from 1 to ${MAX_PARALLEL}`,
      instead: "parallel = 4",
    });
  }
  return {
    sweepMs: check.parse(["reconcile", "sweep"], sweep, (text) => parseDuration(text, SWEEP)) ?? 0,
    parallel,
  };
}

function checkAlerts(given: AgentSettingsFile["alerts"], { check }: Rules): AgentSettings["alerts"] {
  const texts = { ...AGENT_DEFAULTS.alerts, ...given };
  if (given?.command?.[0] === "") check.add(["alerts", "command"], { wrong: "names no program" });
  return {
    command: given?.command ?? [],
    forMs: check.parse(["alerts", "for"], texts.for, (text) => parseDuration(text, WAIT)) ?? 0,
    cooldownMs: check.parse(["alerts", "cooldown"], texts.cooldown, (text) => parseDuration(text, WAIT)) ?? 0,
  };
}
