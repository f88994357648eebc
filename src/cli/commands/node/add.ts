/** `mcp node add`: records a node and its labels on the bus. Its keys are another matter. */
import { Option } from "clipanion";
import { McpError } from "../../../schemas/error.ts";
import type { NodeAddOutput } from "../../../schemas/json-node-output.ts";
import type { NodeName } from "../../../schemas/names.ts";
import { present } from "../../../schemas/present.ts";
import { readText } from "../../../toml/read-text.ts";
import { readNodeName } from "../../arguments.ts";
import { replaceFile } from "../../definition/replace-file.ts";
import { withLabels } from "../../node-labels.ts";
import { setNodeAddress } from "../../settings/set-node-address.ts";
import { BaseCommand } from "../base.ts";

const MAX_ADDRESS = 255;

export class NodeAddCommand extends BaseCommand {
  static override paths = [["node", "add"]];
  static override usage = BaseCommand.describe({
    category: "Nodes",
    description: "Record a node on the bus, with labels",
    details: `Services may then be written for it before its agent was ever seen. Again for the same name, it changes labels: those
given are set, \`key=\` takes one away, the others stay. An address is a note for people, kept in the settings file under [[nodes]].`,
    examples: [
      ["A node that is to come", "$0 node add rift"],
      ["With labels", "$0 node add rift --label zone=attic --label arch=arm64"],
      ["With a note of where it is", "$0 node add rift 100.95.252.120"],
    ],
  });

  name = Option.String({ name: "name", required: true });
  address = Option.String({ name: "address", required: false });
  label = Option.Array("--label", [], { description: "key=value; repeat it for more; `key=` takes it away" });

  async run() {
    const node = readNodeName("node add", this.name);
    withLabels({}, this.label);
    const file = this.address === undefined ? undefined : await this.#patched(node, this.address);
    const { result, labels } = await this.#record(node);
    if (file !== undefined) await replaceFile(file.path, file.text, file.old);
    const output = { node, result, labels, ...present({ settings: file?.path }) } satisfies NodeAddOutput;
    if (this.json) this.out.document(output);
    else this.#show(output);
    return undefined;
  }

  async #record(node: NodeName): Promise<Pick<NodeAddOutput, "result" | "labels">> {
    const bus = await this.bus();
    const { record, revision } = await bus.readNode(node);
    const labels = withLabels(record?.labels ?? {}, this.label);
    if (record !== undefined && JSON.stringify(labels) === JSON.stringify(record.labels)) {
      return { result: "unchanged", labels };
    }
    const at = new Date(this.context.now()).toISOString();
    const fresh = { version: 1, node, enrolledBy: this.context.author(), at } as const;
    await bus.writeNode({ ...(record ?? fresh), labels }, revision);
    return { result: record === undefined ? "created" : "updated", labels };
  }

  /** The settings file with the address, made before anything is written, so that nothing is half done. */
  async #patched(node: NodeName, address: string): Promise<{ path: string; text: string; old: string }> {
    if (!/^\S+$/.test(address) || address.length > MAX_ADDRESS) {
      throw new McpError("E_USAGE", `"${address}" is no address`, { hint: "for example: mcp node add rift 192.0.2.7" });
    }
    const { path, found } = await this.settings();
    if (!found) {
      throw new McpError("E_CONFIG", `${path}: there is no settings file to keep the address in`, {
        hint: "leave the address out, or write the file first",
      });
    }
    const old = await readText(path, "E_CONFIG");
    return { path, old, text: setNodeAddress(old, node, address) };
  }

  #show({ node, result, labels, settings }: NodeAddOutput): void {
    const shown = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    this.out.print(
      `${node}: ${result === "created" ? "recorded" : result}${shown.length === 0 ? "" : ` (${shown.join(", ")})`}`,
    );
    if (settings !== undefined) this.out.note(`${settings}: address noted`);
  }
}
