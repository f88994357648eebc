/** `mcp service show`: the stored spec of a service, as the definition it would be; values of `env` only on demand. */
import { Option } from "clipanion";
import type { DocumentSignature } from "../../../schemas/output/history-output.ts";
import type { ServiceShowOutput } from "../../../schemas/output/service-output.ts";
import { type DesiredService, isTombstone } from "../../../schemas/service/desired.ts";
import { HIDDEN, shownDocument } from "../../../schemas/service/redact.ts";
import type { ServiceSpec } from "../../../schemas/service/spec.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { stoppedHereText } from "../../change/stopped-here.ts";
import { readSelector, resolveSelector } from "../../fleet/select.ts";
import { documentSignature, signatureText } from "../../history/document-signature.ts";
import { timeText } from "../../output/time.ts";
import { whyText } from "../../output/words.ts";

export class ServiceShowCommand extends BaseCommand {
  static override paths = [["service", "show"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Print the stored spec of a service, as TOML",
    details: `Prints what the bus holds, whatever the local definition says. Values of env may be secrets and are shown
as ${HIDDEN} unless --reveal is given.`,
    examples: [
      ["The stored spec", "$0 service show web"],
      ["On one node, with the values of env", "$0 service show web@rift --reveal"],
      ["The whole document for a program", "$0 service show web --json"],
    ],
  });

  service = Option.String({ name: "service[@node]" });
  reveal = Option.Boolean("--reveal", false, { description: "show the values of env" });

  async run() {
    const [bus, { trust }] = await Promise.all([this.bus(), this.settings()]);
    const stored = await resolveSelector(bus, readSelector(this.service), { retired: true });
    const signatures = stored.map(({ document }) => documentSignature(document, trust));
    const documents = stored.map(({ document }) => (this.reveal ? document : shownDocument(document)));
    if (this.json) this.out.document({ documents, signatures } satisfies ServiceShowOutput);
    else for (const [index, document] of documents.entries()) await this.#show(document, signatures[index]);
    return undefined;
  }

  async #show(document: DesiredService, signature: DocumentSignature | undefined): Promise<void> {
    const { service, node, generation, author, at, command, message } = document;
    const why = whyText(message);
    this.out.print(
      `# ${service}@${node}, generation ${generation} by ${author} at ${timeText(at, this)} (${command}${why})`,
    );
    if (signature !== undefined && signature.state !== "unsigned") this.out.print(`# ${signatureText(signature)}`);
    if (isTombstone(document)) this.out.print("# retired: to be removed from the node");
    else for (const line of await definitionLines(document.spec, node)) this.out.print(line);
    const stopped = stoppedHereText(document, this.context.now());
    if (stopped !== undefined) this.out.print(`# ${stopped}`);
  }
}

async function definitionLines(spec: ServiceSpec, node: string): Promise<string[]> {
  const [{ specToDefinition }, { writeDefinition }] = await Promise.all([
    import("../../../schemas/service/spec-to-definition.ts"),
    import("../../definition/write-definition.ts"),
  ]);
  return writeDefinition(specToDefinition(spec, [node]))
    .trimEnd()
    .split("\n");
}
