/**
 * Writes an operator's bundle as the files of a workstation: credentials, certificates and mcp.toml, mode 0600. Rule: it
 * replaces nothing without `force`. An mcp.toml with the same settings of the bus stays; another one is kept as mcp.toml.old.
 */
import { dirname, join } from "node:path";
import { createPrivateDirectory } from "../../disk/atomic-file.ts";
import { readText, readTextIfThere } from "../../disk/read-text.ts";
import { replacePrivateText } from "../../disk/replace-text.ts";
import type { OperatorBundle } from "../../schemas/wire/bundle.ts";
import { tomlLines } from "../../toml/toml-text.ts";
import { busSectionOf, keyFilesOf, parseOperatorBundle } from "../../trust/bundle-files.ts";
import { McpError } from "../../values/error.ts";
import { localError } from "../../values/local-error.ts";
import { readSettings } from "../settings/read-settings.ts";

export interface JoinOptions {
  /** Path of mcp.toml; the other files go next to it. */
  readonly settingsPath: string;
  readonly force: boolean;
}

/** @returns the written paths, the settings last. @throws McpError E_CONFLICT, E_FILE */
export async function joinBus(bundle: OperatorBundle, { settingsPath, force }: JoinOptions): Promise<string[]> {
  const dir = dirname(settingsPath);
  const keep = force && (await hasSameBus(settingsPath, bundle));
  const files = [
    ...keyFilesOf(bundle).map(({ name, text }) => ({ path: join(dir, name), text })),
    ...(keep ? [] : [{ path: settingsPath, text: settingsText(bundle) }]),
  ];
  const old = new Map<string, string | undefined>();
  for (const { path } of files) old.set(path, await textIfThere(path, force));
  await createPrivateDirectory(dir).catch((cause: unknown) => {
    throw localError(dir, cause);
  });
  const replaced = old.get(settingsPath);
  if (replaced !== undefined) await keepOld(`${settingsPath}.old`, replaced);
  for (const { path, text } of files) await replacePrivateText(path, text, old.get(path));
  return files.map(({ path }) => path);
}

/** @throws McpError E_CONFIG for a file that is not a valid bundle, E_NOT_FOUND */
export async function readOperatorBundle(path: string): Promise<OperatorBundle> {
  return parseOperatorBundle(path, await readText(path, "E_CONFIG"));
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
async function hasSameBus(config: string, bundle: OperatorBundle): Promise<boolean> {
  const { servers, creds, ca, domain } = busSectionOf(bundle);
  const settings = await readSettings({ config, env: {}, cwd: dirname(config) }).catch(() => undefined); // it is replaced
  const inDir = (file: string) => join(dirname(config), file);
  return (
    settings?.bus !== undefined &&
    String(settings.bus.servers) === String(servers) &&
    settings.bus.domain === domain &&
    settings.bus.creds === inDir(creds) &&
    settings.bus.ca === (ca === undefined ? undefined : inDir(ca)) &&
    String(settings.trust.signers) === String(bundle.trust.signers) &&
    String(settings.trust.exchange) === String(bundle.trust.exchange)
  );
}

function settingsText(bundle: OperatorBundle): string {
  const { signers, exchange } = bundle.trust;
  return `# Settings of mcp for ${bundle.name}, written by \`mcp join\`. Paths are relative to this file.
[bus]
${tomlLines({ ...busSectionOf(bundle) })}
# With these keys \`mcp history\` checks who signed each change.
[trust]
${tomlLines({ signers, exchange })}`;
}
