/**
 * Writes an operator's bundle as the files of a workstation: credentials, certificates and mcp.toml, mode 0600. Rule: it
 * replaces nothing without `force`. An mcp.toml with the same settings of the bus stays; another one is kept as mcp.toml.old.
 */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readText, readTextIfThere } from "../../disk/read-text.ts";
import { replacePrivateText } from "../../disk/replace-text.ts";
import type { OperatorBundle } from "../../schemas/wire/bundle.ts";
import { operatorBundleCodec } from "../../schemas/wire/codec.ts";
import { tomlValue } from "../../toml/toml-text.ts";
import { checkBundle } from "../../trust/check-bundle.ts";
import { McpError } from "../../values/error.ts";
import { localError } from "../../values/local-error.ts";
import { readSettings } from "../settings/read-settings.ts";

const CA_NAME = "ca.pem";

export interface JoinOptions {
  /** Path of mcp.toml; the other files go next to it. */
  readonly settingsPath: string;
  readonly force: boolean;
}

/** @returns the written paths, the settings last. @throws McpError E_CONFLICT, E_FILE */
export async function joinBus(bundle: OperatorBundle, { settingsPath, force }: JoinOptions): Promise<string[]> {
  const dir = dirname(settingsPath);
  const keep = force && (await hasSameBus(settingsPath, bundle));
  const { ca } = bundle.bus;
  const files = [
    { path: join(dir, `${bundle.name}.creds`), text: bundle.creds },
    ...(ca === undefined ? [] : [{ path: join(dir, CA_NAME), text: ca }]),
    ...(keep ? [] : [{ path: settingsPath, text: settingsText(bundle) }]),
  ];
  const old = new Map<string, string | undefined>();
  for (const { path } of files) old.set(path, await textIfThere(path, force));
  await mkdir(dir, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw localError(dir, cause);
  });
  const replaced = old.get(settingsPath);
  if (replaced !== undefined) await keepOld(`${settingsPath}.old`, replaced);
  for (const { path, text } of files) await replacePrivateText(path, text, old.get(path));
  return files.map(({ path }) => path);
}

/** @throws McpError E_CONFIG for a file that is not a valid bundle, E_NOT_FOUND */
export async function readOperatorBundle(path: string): Promise<OperatorBundle> {
  const bundle = decoded(path, await readText(path, "E_CONFIG"));
  checkBundle(path, bundle);
  return bundle;
}

function decoded(path: string, text: string): OperatorBundle {
  try {
    return operatorBundleCodec.decode(Buffer.from(text));
  } catch (cause) {
    throw new McpError("E_CONFIG", `${path}: not a bundle of an operator`, {
      cause,
      hint: "`mcp operator add <name>` creates one; the bundle of a node is for `mcp-agent join`",
    });
  }
}

async function keepOld(path: string, text: string): Promise<void> {
  const there = await textIfThere(path, true);
  await replacePrivateText(path, text, there);
}

/** @throws McpError E_CONFLICT if it exists and must not be replaced */
async function textIfThere(path: string, force: boolean): Promise<string | undefined> {
  const text = await readTextIfThere(path, "E_CONFIG");
  if (text === undefined || force) return text;
  throw new McpError("E_CONFLICT", `${path} exists; nothing was written`, {
    hint: "repeat with --force to replace it (an mcp.toml is kept as mcp.toml.old), or use another context with --context",
  });
}

/** True if the settings need no change: only the credentials are new. */
async function hasSameBus(config: string, { name, bus, trust }: OperatorBundle): Promise<boolean> {
  const settings = await readSettings({ config, env: {}, cwd: dirname(config) }).catch(() => undefined); // it is replaced
  const beside = (file: string) => join(dirname(config), file);
  return (
    settings?.bus !== undefined &&
    String(settings.bus.servers) === String(bus.servers) &&
    settings.bus.domain === bus.domain &&
    settings.bus.creds === beside(`${name}.creds`) &&
    settings.bus.ca === (bus.ca === undefined ? undefined : beside(CA_NAME)) &&
    String(settings.trust.signers) === String(trust.signers) &&
    String(settings.trust.exchange) === String(trust.exchange)
  );
}

function settingsText({ name, bus, trust }: OperatorBundle): string {
  return `# Settings of mcp for ${name}, written by \`mcp join\`. Paths are relative to this file.
[bus]
${line("servers", bus.servers)}${line("creds", `${name}.creds`)}${line("ca", bus.ca && CA_NAME)}${line("domain", bus.domain)}
# With these keys \`mcp history\` checks who signed each change.
[trust]
${line("signers", trust.signers)}${line("exchange", trust.exchange)}`;
}

function line(key: string, value: string | readonly string[] | undefined): string {
  return value === undefined || value.length === 0 ? "" : `${key} = ${tomlValue(value)}\n`;
}
