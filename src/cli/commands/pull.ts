/** `mcp pull`: copies files from the directory of a service on its node to this machine. */
import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { Option } from "clipanion";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { PullOutput } from "../../schemas/output/file-output.ts";
import { parseFilePath } from "../../schemas/wire/file-path.ts";
import type { FileFacts } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName, Selector } from "../../values/names.ts";
import { isWrong } from "../../values/parsed.ts";
import { present } from "../../values/present.ts";
import { FileCommand } from "../base/file-command.ts";
import { nodesForFiles, requireOneNode } from "../files/file-nodes.ts";
import { readFileSelector, readMode, readNodePath } from "../files/file-options.ts";
import type { Move } from "../files/move-all.ts";
import { pullFile } from "../files/pull-file.ts";
import { replyError } from "../fleet/reply-error.ts";

const LIST_IDLE_MS = 30_000;

/** One file on the node, and its path on this machine. */
interface PulledPath {
  readonly path: string;
  readonly file: string;
}

export class PullCommand extends FileCommand {
  static override paths = [["pull"]];
  static override usage = FileCommand.describe({
    category: "Files",
    description: "Copy files from a service's directory on its node",
    details: `The path is below <files root>/<service>/ on the node; \`.\` with --recursive is all of it. The file gets
its own name, or as the given file, or into the given directory. With --from, every argument is a path; --into names the
directory. An existing file is replaced only with --force, and only when the new one is complete and its SHA-256 matches.
It gets the mode that it has on the node unless --mode gives another. If the connection drops, the transfer resumes.`,
    examples: [
      ["One file into the current directory", "$0 pull web conf/app.toml"],
      ["Under another name, replacing an existing file", "$0 pull web@rift conf/app.toml app.rift.toml --force"],
      ["A directory with all files in it, as ./data", "$0 pull --recursive web data"],
      ["Several files into one directory", "$0 pull --from web --into backup conf/app.toml data/state.json"],
    ],
  });

  words = Option.Rest({ name: "service[@node] path [file]", required: 1 });
  from = Option.String("--from", { description: "pull all paths named from this `service[@node]`" });
  into = Option.String("--into", { description: "with --from: the directory they go to (default: this one)" });
  recursive = Option.Boolean("-r,--recursive", false, { description: "pull directories with all files in them" });
  force = Option.Boolean("-f,--force", false, { description: "replace existing files" });
  mode = Option.String("--mode", { description: "permission bits here, such as 600 (default: as on the node)" });

  async run() {
    const mode = readMode(this.mode);
    const { selector, paths } = this.#words();
    await this.requireRight({ verb: "pull", service: selector.service, ...present({ node: selector.node }) });
    const bus = await this.bus();
    const servicesDir = (await this.settings()).servicesDir;
    const node = requireOneNode(selector, await nodesForFiles(bus, { selector, servicesDir }));
    await bus.files(node).ensure();
    const files: PulledPath[] = [];
    for (const one of paths) files.push(...(await this.#expand(bus, { node, selector }, one)));
    const { signal } = this.context;
    const moves = files.map(({ path, file }): Move => {
      const target = resolve(this.context.cwd, file);
      const job = { node, service: selector.service, path, file: target, force: this.force };
      const run: Move["run"] = async (progress) => {
        const options = { signal, onFound: ({ size }: FileFacts) => progress.expect(size), onBytes: progress.at };
        return await pullFile(bus, mode === undefined ? job : { ...job, mode }, options);
      };
      return { ...job, file, run };
    });
    const document = (pulled: PullOutput["pulled"], failed: PullOutput["failed"]): PullOutput => ({ pulled, failed });
    return await this.moveAndShow(moves, { arrow: "←", document });
  }

  /** The source, and each path with its target, if one is given. @throws McpError E_USAGE */
  #words(): { selector: Selector; paths: { path: string; file?: string }[] } {
    if (this.from !== undefined) {
      const selector = readFileSelector(this.from);
      const into = `${this.into ?? "."}/`;
      return { selector, paths: this.words.map((path) => ({ path: readNodePath(path), file: into })) };
    }
    const [service, path, file, ...more] = this.words;
    if (service !== undefined && path !== undefined && more.length === 0 && this.into === undefined) {
      const where = file === undefined ? {} : { file };
      return { selector: readFileSelector(service), paths: [{ path: readNodePath(path), ...where }] };
    }
    throw new McpError("E_USAGE", path === undefined ? "name a service and a file" : "too many arguments", {
      hint: "one file: `mcp pull web conf/app.toml [file]`; several: `mcp pull --from web [--into dir] a b`",
    });
  }

  async #expand(
    bus: OperatorBus,
    from: { readonly node: NodeName; readonly selector: Selector },
    { path, file = "." }: { path: string; file?: string },
  ): Promise<PulledPath[]> {
    const name = path === "" ? from.selector.service : basename(path);
    const target = (await isDirectory(resolve(this.context.cwd, file))) || file.endsWith("/") ? join(file, name) : file;
    if (!this.recursive) return [{ path, file: target }];
    const listed = await this.#list(bus, from, path);
    return listed.map((one) => ({ path: one, file: one === path ? target : join(target, below(path, one)) }));
  }

  /** Paths of all files there, by the node; a path outside the directory is dropped. */
  async #list(bus: OperatorBus, { node, selector: { service } }: { node: NodeName; selector: Selector }, path: string) {
    const { signal } = this.context;
    const paths: string[] = [];
    for await (const reply of bus.ask(
      { verb: "files", service, path },
      { nodes: [node], idleMs: LIST_IDLE_MS, signal },
    )) {
      if (reply.error !== undefined) throw replyError(node, reply.error);
      if (reply.body?.verb !== "files") continue;
      for (const skipped of reply.body.skipped)
        this.out.warn(`${service}@${node}:${skipped} is skipped: it is not a regular file`);
      paths.push(...reply.body.files.map((file) => file.path).filter((one) => isBelow(path, one)));
      if (reply.last) return paths;
    }
    throw new McpError("E_NODE_UNREACHABLE", `no answer from ${node}: nothing was pulled`);
  }
}

const below = (directory: string, path: string) => (directory === "" ? path : path.slice(directory.length + 1));

function isBelow(directory: string, path: string): boolean {
  return !isWrong(parseFilePath(path)) && (directory === "" || path === directory || path.startsWith(`${directory}/`));
}

async function isDirectory(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined); // not there: no directory
  return stats?.isDirectory() ?? false;
}
