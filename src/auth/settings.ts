/** The exchange's settings: auth.toml with the environment over it (`MCP_AUTH_…`), defaults filled in, units in names. */
import { dirname, resolve } from "node:path";
import { readNamedText } from "../disk/read-text.ts";
import { homeDirectory } from "../disk/user-directories.ts";
import { validateAuthSettings } from "../schemas/generated/validators.ts";
import type { AuthSettingsFile } from "../schemas/settings/auth-settings-file.ts";
import { AUTH_DEFAULTS } from "../schemas/settings/settings-defaults.ts";
import type { CheckedBusSection, LogLevel } from "../schemas/settings/settings-file.ts";
import { AUTH_KEYS, AUTH_PREFIX } from "../schemas/settings/settings-keys.ts";
import { type Environment, readLayers } from "../toml/read-layers.ts";
import { checkPath, checkRequiredBus, parseSigner, type Rules } from "../toml/setting-rules.ts";
import { type OperatorScope, type Role, SCOPE_PATTERN } from "../trust/operator-claims.ts";
import { type DurationBounds, parseDuration } from "../values/duration.ts";
import type { Parsed } from "../values/parsed.ts";
import { present } from "../values/present.ts";

export interface ExchangeSettings {
  readonly bus: CheckedBusSection;
  readonly mcias: {
    readonly serverUrl: string;
    readonly issuer: string;
    readonly keyPath: string;
    readonly keyCache: string;
    readonly ca?: string;
    readonly validate: "offline" | "online";
  };
  /** Paths of seed files. */
  readonly signingKey: string;
  readonly curveKey: string;
  /** Public key of the control account. */
  readonly account: string;
  readonly lifeMs: number;
  /** By MCIAS role. */
  readonly roles: ReadonlyMap<string, OperatorScope>;
  readonly log: { readonly level: LogLevel };
}

/** Longer than an hour a stolen session, or a removed permission, would stay valid for too long. */
const LIFE: DurationBounds = { minMs: 5_000, maxMs: 3_600_000 };
/** MCIAS's role for guests, which has no permissions here. */
export const GUEST = "guest";

/** A viewer needs an account of their own, whose keys are never online. */
const LET_IN = ["operator", "admin"] as const satisfies readonly Role[];

const ROLE_SHAPE = { "roles.*": { role: '"operator"', nodes: '["*"]', services: '["*"]' } };

const HOW_TO_NAME = "name it with `--config`; `mcp bus init` on a workstation makes one";

/**
 * Reads `path`; undefined reads only the environment.
 * @throws McpError E_CONFIG with `details: Problem[]`, or when the file does not exist.
 */
export async function readExchangeSettings(path: string | undefined, env: Environment): Promise<ExchangeSettings> {
  const text = path === undefined ? undefined : await readNamedText(path, HOW_TO_NAME);
  const kind = { code: "E_CONFIG", validate: validateAuthSettings } as const;
  const layers = { path: path ?? "the environment", text, kind, keys: AUTH_KEYS, prefix: AUTH_PREFIX, env };
  const { data, check } = readLayers({ ...layers, shape: ROLE_SHAPE });
  const bases = { file: resolve(path ?? "auth.toml"), cwd: process.cwd(), home: homeDirectory(env) };
  const settings = checked(data, { check, bases });
  check.done();
  return settings;
}

function checked(data: AuthSettingsFile, rules: Rules): ExchangeSettings {
  const { check } = rules;
  const { life, signing_key, curve_key, account } = { ...AUTH_DEFAULTS.exchange, ...data.exchange };
  if (account === undefined)
    check.add(["exchange", "account"], { wrong: "is missing: the control account's public key" });
  return {
    bus: checkRequiredBus(data.bus, rules),
    mcias: checkMcias(data.mcias, rules),
    signingKey: requirePath(["exchange", "signing_key"], signing_key, rules),
    curveKey: requirePath(["exchange", "curve_key"], curve_key, rules),
    account: check.parse(["exchange", "account"], account, parseSigner) ?? "",
    lifeMs: check.parse(["exchange", "life"], life, (text) => parseDuration(text, LIFE)) ?? 0,
    roles: checkRoles(data.roles ?? {}, rules),
    log: { level: data.log?.level ?? AUTH_DEFAULTS.log.level },
  };
}

function requirePath(path: readonly string[], given: string | undefined, rules: Rules): string {
  if (!given) rules.check.add(path, { wrong: "is missing: a file with a seed" });
  return checkPath(path, given || undefined, rules) ?? "";
}

function checkMcias(given: AuthSettingsFile["mcias"], rules: Rules): ExchangeSettings["mcias"] {
  const { check } = rules;
  const {
    server_url: url,
    issuer,
    key_path: keyPath,
    key_cache: keyCache,
    validate,
  } = {
    ...AUTH_DEFAULTS.mcias,
    ...given,
  };
  if (!url) check.add(["mcias", "server_url"], { wrong: "is missing", instead: MCIAS_URL });
  if (!issuer) check.add(["mcias", "issuer"], { wrong: "is missing: what tokens name as their issuer" });
  return {
    serverUrl: check.parse(["mcias", "server_url"], url || undefined, parseHttps) ?? "",
    issuer: issuer ?? "",
    keyPath: check.parse(["mcias", "key_path"], keyPath, parseUrlPath) ?? "",
    keyCache: checkPath(["mcias", "key_cache"], keyCache, rules) ?? resolve(dirname(rules.bases.file), keyCache),
    validate,
    ...present({ ca: checkPath(["mcias", "ca"], given?.ca || undefined, rules) }),
  };
}

const MCIAS_URL = 'server_url = "https://mcias.example.net:8443"';

function parseHttps(text: string): Parsed<string> {
  const isHttps = URL.canParse(text) && new URL(text).protocol === "https:";
  return isHttps ? { value: text } : { wrong: "is not an https URL", instead: MCIAS_URL };
}

function parseUrlPath(text: string): Parsed<string> {
  return /^\/[\w./-]*$/.test(text)
    ? { value: text }
    : { wrong: "is not the path of a URL", instead: '"/v1/keys/public"' };
}

function checkRoles(
  given: NonNullable<AuthSettingsFile["roles"]>,
  { check }: Rules,
): ReadonlyMap<string, OperatorScope> {
  const entries = Object.entries(given);
  if (entries.length === 0)
    check.add(["roles"], { wrong: "lets nobody in", instead: '[roles.user] role = "operator"' });
  const mapped = entries.map(([name, { role: text, nodes, services }]): [string, OperatorScope] => {
    if (name === GUEST) check.add(["roles", name], { wrong: "guests of MCIAS have no rights here" });
    const role = LET_IN.find((one) => one === text);
    if (role === undefined) check.add(["roles", name, "role"], { wrong: `is not one of ${LET_IN.join(", ")}` });
    for (const [key, patterns] of Object.entries({ nodes, services })) {
      for (const [index, pattern] of patterns.entries()) {
        check.parse(["roles", name, key, index], pattern, parsePattern);
      }
    }
    return [name, { role: role ?? "operator", nodes, services }];
  });
  return new Map(mapped);
}

function parsePattern(text: string): Parsed<string> {
  return SCOPE_PATTERN.test(text) ? { value: text } : { wrong: "is not a name, a prefix with *, or *" };
}
