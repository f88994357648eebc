/**
 * `mcp-agent join <bundle>`: writes agent.toml, credentials and certificates of a bundle from `mcp node add`, mode 0600.
 * Rule: everything is checked before anything is written. Existing files are replaced only with `--force`. Of an old
 * agent.toml only the keys that the bundle has are replaced; the previous file is kept next to it.
 */
import { basename, dirname, join, resolve } from "node:path";
import { createPrivateDirectory } from "../../disk/atomic-file.ts";
import { stageFile } from "../../disk/atomic-file-sync.ts";
import { isOpenToOthers } from "../../disk/private-path.ts";
import { readText, readTextIfThere } from "../../disk/read-text.ts";
import { dataHome } from "../../disk/user-directories.ts";
import { AGENT_DEFAULTS } from "../../schemas/settings/settings-defaults.ts";
import { setTableValues } from "../../toml/set-table-values.ts";
import { keyFilesOf, parseNodeBundle } from "../../trust/bundle-files.ts";
import { McpError } from "../../values/error.ts";
import { localError } from "../../values/local-error.ts";
import { parseAgentSettings } from "../state/settings.ts";
import { userSettingsPath } from "./find-settings.ts";
import { joinReport } from "./join-report.ts";
import { joinedSettings } from "./joined-files.ts";

export interface JoinOptions {
  /** `--config`: the path of agent.toml; the other files are written next to it. */
  readonly config: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly force: boolean;
  /** True where systemd is the first process. */
  readonly systemd: boolean;
  /** True when this user can keep the agent's store in that directory, or create it. */
  mayKeepStore(directory: string): Promise<boolean>;
  /** Called with each warning. */
  warn(message: string): void;
}

/** @returns what was done and what to type next, as text. @throws McpError E_CONFIG, E_CONFLICT, E_FILE, E_NOT_FOUND */
export async function runJoin(path: string, options: JoinOptions): Promise<string> {
  const bundle = parseNodeBundle(path, await readText(path, "E_CONFIG"));
  const config = resolve(options.config ?? userSettingsPath(options.env));
  const dir = dirname(config);
  const keys = keyFilesOf(bundle).map(({ name, text }) => ({ path: join(dir, name), text }));
  const old = await readTextIfThere(config, "E_FILE");
  if (!options.force) await refuseExisting([...keys.map((file) => file.path), config]);
  const joined = joinedSettings(bundle, config, old);
  const store = await storeElsewhere(joined.text, config, options);
  const settings = { path: config, text: store === undefined ? joined.text : withStore(joined.text, store) };
  const isChanged = settings.text !== old;
  const kept = old !== undefined && isChanged ? [{ path: `${config}.old`, text: old }] : [];
  await createPrivateDirectory(dir).catch((cause: unknown) => {
    throw localError(dir, cause);
  });
  const written = [...keys, ...kept, ...(isChanged ? [settings] : [])]; // settings last: they name the others
  for (const file of written) await publish(file);
  if (await isOpenToOthers(path)) options.warn(`others on this machine can read ${path}, which holds the node's key`);
  return joinReport({
    node: bundle.node,
    bundle: path,
    config,
    isUsual: config === userSettingsPath(options.env),
    systemd: options.systemd,
    written: written.map((file) => file.path),
    store,
    isAgain: old !== undefined,
    changed: old === undefined || !isChanged ? "nothing" : joined.kept ? "enrollment" : "everything",
  });
}

async function refuseExisting(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if ((await readTextIfThere(path, "E_FILE")) === undefined) continue;
    throw new McpError("E_CONFLICT", `${path} already exists; nothing was written`, {
      hint: "repeat with --force to replace it; the previous agent.toml is kept as agent.toml.old",
    });
  }
}

async function publish({ path, text }: { readonly path: string; readonly text: string }): Promise<void> {
  try {
    const staged = await stageFile(path, Buffer.from(text));
    await staged.commit();
  } catch (cause) {
    throw localError(path, cause);
  }
}

/** Another path for the store, if this user cannot write to the one in the settings. */
async function storeElsewhere(
  text: string,
  path: string,
  { env, mayKeepStore }: JoinOptions,
): Promise<string | undefined> {
  const usual = AGENT_DEFAULTS.store.path;
  if (parseAgentSettings({ path, text }, {}).store.path !== usual || (await mayKeepStore(dirname(usual))))
    return undefined;
  return join(dataHome(env), "mcp", basename(usual));
}

const withStore = (text: string, path: string) => setTableValues(text, "store", { path });
