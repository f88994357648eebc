/** `mcp init <service>`: writes a commented definition to begin with. */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { Option } from "clipanion";
import { replaceText } from "../../disk/replace-text.ts";
import type { InitOutput } from "../../schemas/output/reference-output.ts";
import { hasCode, McpError } from "../../values/error.ts";
import { isName, NAME_RULE, type ServiceName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { quoted } from "../../values/quoted.ts";
import { readNodeName } from "../arguments/arguments.ts";
import { BaseCommand } from "../base/base-command.ts";
import { lookUpNames } from "../completion/names.ts";
import { withChoice } from "../context/with-choice.ts";
import { definitionPath } from "../definition/find-definition.ts";
import { schemaLine } from "../definition/schema-line.ts";
import { shortPath } from "../output/short-path.ts";
import { definitionTemplate } from "../reference/definition-template.ts";

export class InitCommand extends BaseCommand {
  static override paths = [["init"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Write a commented definition for a new service",
    details: `The file goes to the services directory and shows every key with its meaning and its default. A file that exists is never
overwritten. Without --node it names the node of this bus where there is only one.`,
    examples: [
      ["Begin a service", "$0 init web"],
      ["With its node and its image", "$0 init web --node rift --image registry.example.net/web:v1.0.0"],
      ["See what it writes", "$0 init web --stdout"],
    ],
  });

  service = Option.String({ name: "service", required: true });
  node = Option.String("--node", { description: "node to run it on" });
  image = Option.String("--image", { description: "image of its component, with registry and tag" });
  stdout = Option.Boolean("--stdout", false, { description: "print the definition; write no file" });

  async run() {
    const service = readServiceName(this.service);
    const node = this.node === undefined ? await this.#onlyNode() : readNodeName("--node", this.node);
    const { image = "" } = this;
    const text = (await schemaLine()) + definitionTemplate({ service, node, image });
    const path = this.stdout ? undefined : await this.#write(service, text);
    const missing = Object.entries({ node, image }).flatMap(([key, value]) => (value === "" ? [key] : []));
    if (this.json) this.out.document({ service, text, missing, ...present({ path }) } satisfies InitOutput);
    else if (path === undefined) for (const line of text.trimEnd().split("\n")) this.out.print(line);
    else this.#report(service, path, missing);
    return undefined;
  }

  /** Empty where the bus does not answer, or has several. */
  async #onlyNode(): Promise<string> {
    const [node = "", ...others] = await lookUpNames(withChoice(this.context, this.choice), "node", "");
    return others.length === 0 ? node : "";
  }

  /** @throws McpError E_CONFLICT when the file exists, E_FILE */
  async #write(service: ServiceName, text: string): Promise<string> {
    const path = definitionPath((await this.settings()).servicesDir, service);
    await mkdir(dirname(path), { recursive: true }).catch((cause: unknown) => {
      throw new McpError("E_FILE", `${dirname(path)}: cannot create the directory`, { cause });
    });
    try {
      await replaceText(path, text, undefined);
      return path;
    } catch (error) {
      if (!hasCode(error, "E_CONFLICT")) throw error;
      throw new McpError("E_CONFLICT", `${path} exists; nothing was written`, {
        hint: `change it with \`mcp service edit ${service}\`, or choose another name`,
      });
    }
  }

  #report(service: ServiceName, path: string, missing: readonly string[]): void {
    this.out.print(`wrote ${path}`);
    const short = shortPath(path, this.context.cwd);
    if (missing.length > 0) this.out.note(`fill in ${missing.join(" and ")} in ${short}, then:`);
    this.out.note(`  mcp plan ${service}`);
    this.out.note(`  mcp deploy ${service}`);
  }
}

/** @throws McpError E_USAGE */
function readServiceName(text: string): ServiceName {
  if (isName(text)) return text;
  throw new McpError("E_USAGE", `${quoted(text)} is not a valid service name`, { hint: `a name is ${NAME_RULE}` });
}
