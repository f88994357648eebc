/**
 * The workstation's settings: `--config`, else `MCP_CONFIG`, else `mcp/mcp.toml` in the user's configuration directory
 * (XDG); every key can be overridden from the environment. Without a file there are defaults.
 */
import { dirname, join, resolve } from "node:path";
import { readText } from "../../disk/read-text.ts";
import { configHome, homeDirectory } from "../../disk/user-directories.ts";
import { validateCliSettings } from "../../schemas/generated/validators.ts";
import { CLI_DEFAULTS } from "../../schemas/settings/settings-defaults.ts";
import type { BusSettings, CliSettingsFile, NodeEntry } from "../../schemas/settings/settings-file.ts";
import { CLI_KEYS, CLI_PREFIX } from "../../schemas/settings/settings-keys.ts";
import { type Environment, readLayers } from "../../toml/read-layers.ts";
import { checkBus, checkPath, parseSigner, type Rules } from "../../toml/setting-rules.ts";
import { hasCode, McpError } from "../../values/error.ts";
import { isName, NAME_RULE, type NodeName } from "../../values/names.ts";
import type { Parsed } from "../../values/parsed.ts";
import { present } from "../../values/present.ts";

export interface MciasSettings {
  readonly serverUrl: string;
  readonly serviceName: string;
  readonly caCert?: string;
  readonly tags: readonly string[];
}

export interface AuthSettings {
  /** Where the token of MCIAS is kept. */
  readonly tokenPath: string;
  /** Where the credentials are kept that the token was exchanged for. */
  readonly sessionPath: string;
  /** Credentials with which everybody may ask the exchange. */
  readonly loginCreds?: string;
  /** The exchange's public curve key. */
  readonly exchangeKey?: string;
}

export interface CliSettings {
  /** The settings file, there or not. */
  readonly path: string;
  readonly found: boolean;
  readonly servicesDir: string;
  /** Absent when nothing names a bus; `requireBus` turns that into an error. */
  readonly bus?: BusSettings;
  readonly mcias?: MciasSettings;
  readonly auth: AuthSettings;
  /** Public keys of the control account's signing keys, where the file names them. */
  readonly trust: { readonly signers: readonly string[]; readonly exchange: readonly string[] };
  readonly nodes: readonly { readonly name: NodeName; readonly address?: string }[];
}

export interface SettingsPlace {
  /** `--config` */
  readonly config?: string | undefined;
  /** `--insecure` */
  readonly insecure?: boolean;
  readonly env: Environment;
  readonly cwd: string;
}

/** @throws McpError E_CONFIG with `details: Problem[]`, or when a file that was named is not there. */
export async function readSettings(place: SettingsPlace): Promise<CliSettings> {
  const { path, named } = settingsPath(place);
  const text = await readIfThere(path, named);
  const kind = { code: "E_CONFIG", validate: validateCliSettings } as const;
  const { data, check } = readLayers({ path, text, kind, keys: CLI_KEYS, prefix: CLI_PREFIX, env: place.env });
  const rules = {
    check,
    insecure: place.insecure,
    bases: { file: path, cwd: place.cwd, home: homeDirectory(place.env) },
  };
  const settings = {
    path,
    found: text !== undefined,
    servicesDir:
      checkPath(["services", "dir"], data.services?.dir, rules) ?? join(dirname(path), CLI_DEFAULTS.services.dir),
    auth: checkAuth(data.auth, rules, dirname(path)),
    trust: checkTrust(data.trust, rules),
    nodes: checkNodes(data.nodes ?? [], rules),
    ...present({ bus: checkBus(data.bus, rules), mcias: checkMcias(data.mcias, rules) }),
  };
  check.done();
  return settings;
}

/** The file that would be read, and whether someone named it. */
export function settingsPath({ config, env, cwd }: SettingsPlace): { path: string; named: boolean } {
  const given = config ?? (env["MCP_CONFIG"] || undefined);
  if (given !== undefined) return { path: resolve(cwd, given), named: true };
  return { path: join(configHome(env), "mcp", "mcp.toml"), named: false };
}

async function readIfThere(path: string, named: boolean): Promise<string | undefined> {
  try {
    return await readText(path, "E_CONFIG");
  } catch (error) {
    if (!hasCode(error, "E_NOT_FOUND")) throw error;
    if (!named) return undefined;
    throw new McpError("E_CONFIG", `${path}: there is no such settings file`, { cause: error, hint: HOW_TO_BEGIN });
  }
}

const BUS_LINES = '[bus]\nservers = ["tls://bus.example.net:4222"]\ncreds = "operator.creds"';
const HOW_TO_BEGIN = `one is written by \`mcp join <bundle>\` where somebody gave you a bundle, by \`mcp bus init <host>\` for a bus of your own, and by \`mcp dev\` for trying out; or write it with:\n${BUS_LINES}`;

/**
 * The bus, for commands that need one.
 * @throws McpError E_CONFIG that says which section to add (the original's files have none).
 */
export function requireBus(settings: CliSettings): BusSettings {
  if (settings.bus !== undefined) return settings.bus;
  if (!settings.found)
    throw new McpError("E_CONFIG", `${settings.path}: there is no such file`, { hint: HOW_TO_BEGIN });
  throw new McpError("E_CONFIG", `${settings.path}: has no [bus] section, so there is no bus to talk to`, {
    hint: `add to that file:\n${BUS_LINES}`,
  });
}

function checkMcias(section: CliSettingsFile["mcias"], rules: Rules): MciasSettings | undefined {
  if (section === undefined || Object.keys(section).length === 0) return undefined;
  const { check } = rules;
  const url = section.server_url ?? "";
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    check.add(["mcias", "server_url"], {
      wrong: "is no https URL",
      instead: 'server_url = "https://mcias.example.net:8443"',
    });
  }
  const caCert = checkPath(["mcias", "ca_cert"], section.ca_cert, rules);
  return {
    serverUrl: url,
    serviceName: section.service_name ?? CLI_DEFAULTS.mcias.service_name,
    tags: section.tags ?? [],
    ...present({ caCert }),
  };
}

function checkAuth(section: CliSettingsFile["auth"], rules: Rules, dir: string): AuthSettings {
  const at = (key: "token_path" | "session_path" | "login_creds") => checkPath(["auth", key], section?.[key], rules);
  const key = section?.exchange_key || undefined;
  return {
    tokenPath: at("token_path") ?? join(dir, CLI_DEFAULTS.auth.token_path),
    sessionPath: at("session_path") ?? join(dir, CLI_DEFAULTS.auth.session_path),
    ...present({
      loginCreds: at("login_creds"),
      exchangeKey: rules.check.parse(["auth", "exchange_key"], key, parseCurveKey),
    }),
  };
}

/** A public curve key as NATS writes it. */
function parseCurveKey(text: string): Parsed<string> {
  return /^X[A-Z2-7]{55}$/.test(text) ? { value: text } : { wrong: "is no public curve key (X and 55 characters)" };
}

function checkTrust({ signers = [], exchange = [] }: CliSettingsFile["trust"] = {}, { check }: Rules) {
  for (const [name, keys] of Object.entries({ signers, exchange })) {
    for (const [index, key] of keys.entries()) check.parse(["trust", name, index], key, parseSigner);
  }
  return { signers, exchange };
}

function checkNodes(nodes: readonly NodeEntry[], { check }: Rules): NodeEntry[] {
  for (const [index, { name }] of nodes.entries()) {
    if (!isName(name)) check.add(["nodes", index, "name"], { wrong: `"${name}" is no name (${NAME_RULE})` });
    const first = nodes.findIndex((other) => other.name === name);
    if (first < index) check.add(["nodes", index, "name"], { wrong: `"${name}" is listed twice` });
  }
  return [...nodes];
}
