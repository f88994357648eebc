/**
 * `mcp-agent join <bundle>`: unpacks what `mcp node add` made into agent.toml, credentials and certificates, mode 0600.
 * Rule: nothing that is there is replaced without `--force`, and then agent.toml only if it says something else of the
 * bus, the trust or the node; what it held is kept beside it.
 */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { NodeBundle } from "../schemas/bundle.ts";
import { nodeBundleCodec } from "../schemas/codec.ts";
import { McpError } from "../schemas/error.ts";
import { CA_NAME, credsName, type JoinedFile, joinedFiles, SETTINGS_NAME } from "./joined-files.ts";
import { readAgentSettings } from "./settings.ts";
import { ensurePrivateDirectory, stageFile } from "./store/private-files.ts";

export interface JoinOptions {
  /** `--config`: where agent.toml shall lie, the other files beside it. */
  readonly config: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly force: boolean;
}

/** @returns what was done and what to type next, as lines. @throws McpError E_CONFIG, E_FILE */
export async function runJoin(path: string, options: JoinOptions): Promise<string> {
  const bundle = await readBundle(path);
  const config = resolve(options.config ?? defaultConfig(options.env));
  const dir = dirname(config);
  const files = joinedFiles(bundle).map((file) => ({
    ...file,
    path: file.name === SETTINGS_NAME ? config : join(dir, file.name),
  }));
  const keep = options.force && (await saysTheSame(config, bundle));
  const written = files.filter((file) => !(keep && file.path === config));
  if (!options.force) await refuseExisting(written.map((file) => file.path));
  await ensurePrivateDirectory(dir);
  for (const file of written) await put(file, options.force);
  await readAgentSettings(config, {}); // what was written is what a server would read
  const isUsual = config === defaultConfig(options.env);
  return report(bundle, { config, isUsual, files: written.map((file) => file.path), path });
}

/** Where a user's agent looks for nothing else: the units of deploy/systemd name it. */
function defaultConfig(env: NodeJS.ProcessEnv): string {
  const xdg = env["XDG_CONFIG_HOME"] ?? "";
  return join(isAbsolute(xdg) ? xdg : join(env["HOME"] || homedir(), ".config"), "mcp", SETTINGS_NAME);
}

async function readBundle(path: string): Promise<NodeBundle> {
  try {
    return nodeBundleCodec.decode(await readFile(path));
  } catch (cause) {
    throw new McpError("E_CONFIG", `${path}: is no bundle of a node`, {
      cause,
      hint: "`mcp node add <name>` on a workstation writes one, <name>.bundle",
    });
  }
}

async function refuseExisting(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if ((await textOf(path)) === undefined) continue;
    throw new McpError("E_FILE", `${path} is there already; nothing was written`, {
      hint: "repeat with --force to replace it; an agent.toml that is replaced is kept as agent.toml.old",
    });
  }
}

type PlacedFile = JoinedFile & { readonly path: string };

async function put({ path, name, text }: PlacedFile, force: boolean): Promise<void> {
  const old = force && name === SETTINGS_NAME ? await textOf(path) : undefined;
  if (old !== undefined) await publish(`${path}.old`, old);
  await publish(path, text);
}

async function publish(path: string, text: string): Promise<void> {
  try {
    const staged = await stageFile(path, Buffer.from(text));
    await staged.publish();
  } catch (cause) {
    throw new McpError("E_FILE", `${path}: cannot be written`, { cause });
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new McpError("E_FILE", `${path}: cannot be read`, { cause: error });
  }
}

/** True for a settings file that needs no change: only the credentials are new, as after `mcp node add --renew`. */
async function saysTheSame(config: string, bundle: NodeBundle): Promise<boolean> {
  const settings = await readAgentSettings(config, {}).catch(() => undefined); // missing or broken: it is replaced
  const { node, bus, trust } = bundle;
  const beside = (name: string) => join(dirname(config), name);
  return (
    settings !== undefined &&
    settings.node === node &&
    String(settings.bus.servers) === String(bus.servers) &&
    settings.bus.domain === bus.domain &&
    settings.bus.creds === beside(credsName(bundle)) &&
    settings.bus.ca === (bus.ca === undefined ? undefined : beside(CA_NAME)) &&
    settings.trust.incarnation === trust.incarnation &&
    String(settings.trust.signers) === String(trust.signers) &&
    String(settings.trust.exchange) === String(trust.exchange)
  );
}

interface Joined {
  readonly config: string;
  /** Where the unit of deploy/systemd looks. */
  readonly isUsual: boolean;
  readonly files: readonly string[];
  readonly path: string;
}

function report({ node }: NodeBundle, { config, isUsual, files, path }: Joined): string {
  return `${files.map((file) => `wrote ${file}`).join("\n")}
this machine is node ${node} now; check it, then start its agent:
  mcp-agent doctor --config ${config}
  mcp-agent server --config ${config}${isUsual ? "\n  systemctl --user enable --now mcp-agent      # or so, with the unit of deploy/systemd" : ""}
${path} holds the node's key: remove it
`;
}
