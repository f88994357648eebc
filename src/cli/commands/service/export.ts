/** `mcp service export`: writes a definition from what the bus holds. */
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Option } from "clipanion";
import { readTextIfThere } from "../../../disk/read-text.ts";
import { replacePrivateText, replaceText } from "../../../disk/replace-text.ts";
import type { ServiceExportOutput } from "../../../schemas/output/service-output.ts";
import { hasCode, McpError } from "../../../values/error.ts";
import { requireWholeService } from "../../arguments/require-whole-service.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { ChangeContextCommand } from "../../base/change-context-command.ts";
import { refOf } from "../../change/ancestry.ts";
import { exportDefinition } from "../../definition/export-definition.ts";
import { definitionPath } from "../../definition/find-definition.ts";
import { schemaLine } from "../../definition/schema-line.ts";
import { readSelector, resolveSelector } from "../../fleet/select.ts";

export class ServiceExportCommand extends ChangeContextCommand {
  static override paths = [["service", "export"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Write the stored spec of a service to a definition file",
    details: `Writes the stored spec for all nodes of the service to the services directory, so that \`mcp plan\` finds no difference.
An existing file is overwritten only with --force. Only you can read the file when it contains values of env.`,
    examples: [
      ["Take over a service that somebody else deployed", "$0 service export web"],
      ["As one node has it, to another file", "$0 service export web@rift -o ./web-rift.toml"],
    ],
  });

  service = Option.String({ name: "service[@node]", required: true });
  output = Option.String("-o,--output", { description: "write this file instead of <services dir>/<service>.toml" });
  force = Option.Boolean("--force", false, { description: "overwrite an existing file" });

  async run() {
    const selector = readSelector(this.service);
    requireWholeService(selector, "service export");
    const { service } = selector;
    const [{ bus, seen }, { servicesDir }] = await Promise.all([this.changeContext(), this.settings()]);
    const stored = await resolveSelector(bus, selector);
    const { text, holdsEnv } = exportDefinition(service, stored);
    const path =
      this.output === undefined ? definitionPath(servicesDir, service) : resolve(this.context.cwd, this.output);
    await this.#write(path, (await schemaLine()) + text, holdsEnv);
    await seen.writeAll(stored.map(({ document }) => ({ node: document.node, service, ...refOf(document) })));
    const nodes = stored.map(({ document: { node, generation } }) => ({ node, generation }));
    const output = { service, path, nodes, private: holdsEnv } satisfies ServiceExportOutput;
    if (this.json) this.out.document(output);
    else
      this.out.print(
        `${path}: ${nodes.map((one) => `${service}@${one.node}, generation ${one.generation}`).join("; ")}`,
      );
    return undefined;
  }

  async #write(path: string, text: string, isPrivate: boolean): Promise<void> {
    const write = isPrivate ? replacePrivateText : replaceText;
    if (this.output === undefined) await mkdir(dirname(path), { recursive: true });
    try {
      await write(path, text, this.force ? await readTextIfThere(path, "E_FILE") : undefined);
    } catch (error) {
      if (this.force || !hasCode(error, "E_CONFLICT")) throw error;
      throw new McpError("E_CONFLICT", `${path} already exists; nothing was written`, {
        hint: "`--force` overwrites it, and `-o` writes another file; `mcp plan` compares it with the bus",
      });
    }
  }
}
