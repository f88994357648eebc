/** `mcp push`: copies files from this machine to the directory of a service on its node, through the bus. */
import { basename, join, resolve } from "node:path";
import { Option } from "clipanion";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { PushOutput } from "../../schemas/output/file-output.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName, Selector } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { FileCommand } from "../base/file-command.ts";
import { nodesForFiles } from "../files/file-nodes.ts";
import {
  readFileSelector,
  readFileTarget,
  readMode,
  readNodePath,
  readOwner,
  targetPath,
} from "../files/file-options.ts";
import { statSource } from "../files/local-source.ts";
import { localTree } from "../files/local-tree.ts";
import type { Move } from "../files/move-all.ts";
import { pushFile } from "../files/push-file.ts";

/** One file on this machine, and its path below the directory of the service. */
interface PushedPath {
  readonly file: string;
  readonly path: string;
}

export class PushCommand extends FileCommand {
  static override paths = [["push"]];
  static override usage = FileCommand.describe({
    category: "Files",
    description: "Copy files to a service's directory on its node",
    details: `The file goes to <files root>/<service>/ on every node of the service (\`service@node\`: on that one), under
its own name or the given path; a path that ends in \`/\` is a directory. With --to, every argument is a file.
It replaces its target only when it is complete and its SHA-256 matches; until then an existing file does not change.
It keeps its mode unless --mode gives another. --owner takes ids as the containers of the service see them; a file that
is replaced keeps its owner. If the connection drops, the transfer waits and resumes. Ctrl-C removes unfinished files.`,
    examples: [
      ["One file under its own name", "$0 push app.toml web"],
      [
        "One file to a path, on one node, for the containers' user 999",
        "$0 push app.toml web@rift conf/app.toml --owner 999",
      ],
      ["A directory, as web/site", "$0 push --recursive site web"],
      ["Several files and directories into one directory", "$0 push --recursive --to web:conf app.toml tls certs"],
    ],
  });

  words = Option.Rest({ name: "file… service[@node] [path]", required: 1 });
  to = Option.String("--to", { description: "push all files named to `service[@node][:directory]`" });
  recursive = Option.Boolean("-r,--recursive", false, { description: "push directories with all files in them" });
  mode = Option.String("--mode", { description: "permission bits on the node, such as 640 (default: as here)" });
  owner = Option.String("--owner", { description: "uid[:gid] as the service's containers see them" });

  async run() {
    const mode = readMode(this.mode);
    const owner = readOwner(this.owner);
    const { selector, files } = this.#words();
    await this.requireRight({ verb: "push", service: selector.service, ...present({ node: selector.node }) });
    const expanded = (await Promise.all(files.map((file) => this.#expand(file)))).flat();
    const sources = await Promise.all(
      expanded.map(async ({ file, path }) => ({
        path,
        source: await statSource(resolve(this.context.cwd, file)),
        file,
      })),
    );
    const bus = await this.bus();
    const nodes = await this.#nodes(bus, selector);
    const { signal } = this.context;
    const moves = nodes.flatMap((node) =>
      sources.map(({ file, path, source }): Move => {
        const job = { node, service: selector.service, path, source, mode: mode ?? source.mode };
        return {
          ...job,
          file,
          run: async (progress) => {
            progress.expect(source.size);
            const options = { signal, onBytes: progress.at };
            return await pushFile(bus, owner === undefined ? job : { ...job, owner }, options);
          },
        };
      }),
    );
    const document = (pushed: PushOutput["pushed"], failed: PushOutput["failed"]): PushOutput => ({ pushed, failed });
    return await this.moveAndShow(moves, { arrow: "→", document });
  }

  /** The target, and each file with its path there. @throws McpError E_USAGE */
  #words(): { selector: Selector; files: { file: string; path: string }[] } {
    if (this.to !== undefined) {
      const { selector, path } = readFileTarget(this.to);
      return { selector, files: this.words.map((file) => ({ file, path: path === "" ? "." : `${path}/` })) };
    }
    const [file, service, path = ".", ...more] = this.words;
    if (file !== undefined && service !== undefined && more.length === 0) {
      return { selector: readFileSelector(service), files: [{ file, path }] };
    }
    throw new McpError("E_USAGE", service === undefined ? "name a file and a service" : "too many arguments", {
      hint: "one file: `mcp push app.toml web [path]`; several: `mcp push --to web[:directory] a.toml b.toml`",
    });
  }

  async #expand({ file, path }: PushedPath): Promise<PushedPath[]> {
    const name = basename(resolve(this.context.cwd, file));
    const place = targetPath(path, name);
    const source = resolve(this.context.cwd, file);
    const tree = this.recursive ? await localTree(source).catch(() => undefined) : undefined; // a file: no tree
    if (tree === undefined) return [{ file, path: place }];
    for (const skipped of tree.skipped) this.out.warn(`${join(file, skipped)} is skipped: it is not a regular file`);
    return tree.files.map((below) => ({ file: join(file, below), path: readNodePath(`${place}/${below}`) }));
  }

  async #nodes(bus: OperatorBus, selector: Selector): Promise<NodeName[]> {
    const nodes = await nodesForFiles(bus, { selector, servicesDir: (await this.settings()).servicesDir });
    for (const node of nodes) await bus.files(node).ensure();
    return nodes;
  }
}
