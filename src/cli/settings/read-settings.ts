/**
 * Reads the workstation's settings: the file that locate-settings.ts finds, with overrides from the environment for every
 * key. Without a file the defaults apply.
 */
import { dirname, join } from "node:path";
import { readText } from "../../disk/read-text.ts";
import { homeDirectory } from "../../disk/user-directories.ts";
import { validateCliSettings } from "../../schemas/generated/validators.ts";
import type { SettingsChooser } from "../../schemas/output/context-output.ts";
import { CLI_DEFAULTS } from "../../schemas/settings/settings-defaults.ts";
import type { CheckedBusSection, CliSettingsFile, NodeEntry } from "../../schemas/settings/settings-file.ts";
import { CLI_KEYS, CLI_PREFIX } from "../../schemas/settings/settings-keys.ts";
import { type Environment, readLayers } from "../../toml/read-layers.ts";
import { checkBus, checkPath, parseSigner, type Rules } from "../../toml/setting-rules.ts";
import { hasCode, McpError } from "../../values/error.ts";
import { isName, NAME_RULE, type NodeName } from "../../values/names.ts";
import type { Parsed } from "../../values/parsed.ts";
import { present } from "../../values/present.ts";
import { unknownContext } from "./contexts.ts";
import { DEFAULT_CONTEXT, locateSettings, type SettingsChoices, type SettingsLocation } from "./locate-settings.ts";

export interface MciasSettings {
  readonly serverUrl: string;
  readonly serviceName: string;
  readonly caCert?: string;
  readonly tags: readonly string[];
}

export interface AuthSettings {
  /** File with the MCIAS token. */
  readonly tokenPath: string;
  /** File with the session: the credentials from the exchange. */
  readonly sessionPath: string;
  /** File with the public credentials for requests to the exchange. */
  readonly loginCreds?: string;
  /** The exchange's public curve key. */
  readonly exchangeKey?: string;
}

export interface CliSettings {
  /** The settings file; it may not exist. */
  readonly path: string;
  readonly chosenBy: SettingsChooser;
  /** The context of that file; absent if a file was named. */
  readonly context?: string;
  readonly found: boolean;
  readonly servicesDir: string;
  /** Absent if no bus is configured; `requireBus` then throws. */
  readonly bus?: CheckedBusSection;
  readonly mcias?: MciasSettings;
  readonly auth: AuthSettings;
  /** Public signing keys of the control account, if the file names them. */
  readonly trust: { readonly signers: readonly string[]; readonly exchange: readonly string[] };
  readonly nodes: readonly { readonly name: NodeName; readonly address?: string }[];
}

export interface SettingsRequest extends SettingsChoices {
  /** `--insecure` */
  readonly insecure?: boolean;
}

/** @throws McpError E_CONFIG with `details: Problem[]`, or if the named file does not exist; E_NOT_FOUND for a missing context */
export async function readSettings(request: SettingsRequest): Promise<CliSettings> {
  const { env, cwd, insecure } = request;
  const location = locateSettings(request);
  const { path } = location;
  const text = await readLocated(location, env);
  const kind = { code: "E_CONFIG", validate: validateCliSettings } as const;
  const { data, check } = readLayers({ path, text, kind, keys: CLI_KEYS, prefix: CLI_PREFIX, env });
  const rules = { check, insecure, bases: { file: path, cwd, home: homeDirectory(env) } };
  const settings = {
    ...location,
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

/** Undefined only for mcp.toml of the default context, which is optional. */
async function readLocated(
  { path, context, chosenBy }: SettingsLocation,
  env: Environment,
): Promise<string | undefined> {
  try {
    return await readText(path, "E_CONFIG");
  } catch (error) {
    if (!hasCode(error, "E_NOT_FOUND")) throw unreadable({ path, chosenBy, ...present({ context }) }, error);
    if (context === DEFAULT_CONTEXT) return undefined;
    if (context !== undefined) throw await unknownContext(env, context);
    const hint =
      chosenBy === "MCP_CONFIG" ? `MCP_CONFIG names this file: correct it, or type \`unset MCP_CONFIG\`` : HOW_TO_START;
    throw new McpError("E_CONFIG", `${path}: no such settings file`, { hint });
  }
}

/** Names what chose the file, so that the reader knows where to choose another one. */
function unreadable({ path, context, chosenBy }: SettingsLocation, error: unknown): unknown {
  if (!(error instanceof McpError)) return error;
  const what = context === undefined ? `${chosenBy} names this file` : `this is the file of context "${context}"`;
  const other = context === undefined ? "name another one" : "choose another context: `mcp context use <context>`";
  const hint = `${what}: make it a file that you can read (\`ls -l ${path}\`), or ${other}`;
  return new McpError("E_CONFIG", error.message, { cause: error.cause, hint });
}

const BUS_LINES = '[bus]\nservers = ["tls://bus.example.net:4222"]\ncreds = "operator.creds"';
const HOW_TO_START = `if you have a bundle, type \`mcp join <bundle>\`; for a new bus \`mcp bus init <host>\`; to try mcp out \`mcp dev\`; or write the file yourself:\n${BUS_LINES}`;

/**
 * The bus section, for commands that need a bus.
 * @throws McpError E_CONFIG with the section to add
 */
export function requireBus(settings: CliSettings): CheckedBusSection {
  if (settings.bus !== undefined) return settings.bus;
  if (!settings.found)
    throw new McpError("E_CONFIG", `${settings.path}: no such settings file`, { hint: HOW_TO_START });
  throw new McpError("E_CONFIG", `${settings.path}: no [bus] section, so there is no bus to connect to`, {
    hint: `add to that file:\n${BUS_LINES}`,
  });
}

function checkMcias(section: CliSettingsFile["mcias"], rules: Rules): MciasSettings | undefined {
  if (section === undefined || Object.keys(section).length === 0) return undefined;
  const { check } = rules;
  const url = section.server_url ?? "";
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    check.add(["mcias", "server_url"], {
      wrong: "is not an https URL",
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

/** A public curve key in the form that NATS uses. */
function parseCurveKey(text: string): Parsed<string> {
  return /^X[A-Z2-7]{55}$/.test(text) ? { value: text } : { wrong: "is not a public curve key (X and 55 characters)" };
}

function checkTrust({ signers = [], exchange = [] }: CliSettingsFile["trust"] = {}, { check }: Rules) {
  for (const [name, keys] of Object.entries({ signers, exchange })) {
    for (const [index, key] of keys.entries()) check.parse(["trust", name, index], key, parseSigner);
  }
  return { signers, exchange };
}

function checkNodes(nodes: readonly NodeEntry[], { check }: Rules): NodeEntry[] {
  for (const [index, { name }] of nodes.entries()) {
    if (!isName(name)) check.add(["nodes", index, "name"], { wrong: `"${name}" is not a valid name (${NAME_RULE})` });
    const first = nodes.findIndex((other) => other.name === name);
    if (first < index) check.add(["nodes", index, "name"], { wrong: `"${name}" is listed twice` });
  }
  return [...nodes];
}
