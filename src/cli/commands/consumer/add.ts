/** `mcp consumer add`: a durable consumer of the event stream for a program, with credentials that reach nothing else. */
import { resolve } from "node:path";
import { Option } from "clipanion";
import type { ConsumerAddOutput } from "../../../schemas/output/access-output.ts";
import { EVENT_KINDS, type EventKind, type Severity } from "../../../schemas/wire/event.ts";
import { eventFilter, NONE } from "../../../schemas/wire/subjects.ts";
import { McpError } from "../../../values/error.ts";
import { present } from "../../../values/present.ts";
import { readNodeName, readPersonName, readWord } from "../../arguments/arguments.ts";
import { EnrollCommand } from "../../base/enroll-command.ts";
import { readSelector } from "../../fleet/select.ts";
import { shortPath } from "../../output/short-path.ts";

const SEVERITIES = ["info", "warning", "error"] as const satisfies readonly Severity[];
const KINDS = Object.keys(EVENT_KINDS) as EventKind[];
const MAX_FILTERS = 64;

export class ConsumerAddCommand extends EnrollCommand {
  static override paths = [["consumer", "add"]];
  static override usage = EnrollCommand.describe({
    category: "Bus and access",
    description: "Let a program read events: a durable consumer, and credentials for it",
    details: `The server remembers what the program has acknowledged, so a program that stops and starts again misses nothing. An event
matches if, for every filter option given, it has one of the values; without filters all events match. For a consumer that exists
it changes the filters. --renew gives it new credentials and revokes the old ones. docs/events.md has complete programs.`,
    examples: [
      ["Every error, for a pager", "$0 consumer add pager --severity error"],
      [
        "Warnings and errors of two services",
        "$0 consumer add shops --severity warning --severity error --service shop --service cart",
      ],
      ["Only new events", "$0 consumer add audit --from-now"],
    ],
  });

  name = Option.String({ name: "name", required: true });
  node = Option.Array("--node", [], {
    description: "only events of this node, repeatable (`_`: actions of operators)",
  });
  service = Option.Array("--service", [], { description: "only events of this service, repeatable" });
  kind = Option.Array("--kind", [], { description: "only events of this kind, repeatable" });
  severity = Option.Array("--severity", [], {
    description: `only events of this severity, repeatable: ${SEVERITIES.join(", ")}`,
  });
  fromNow = Option.Boolean("--from-now", false, { description: "skip events that are already stored" });
  renew = Option.Boolean("--renew", false, {
    description: "new credentials for a consumer that exists; revoke the old ones",
  });
  outFile = Option.String("--out", { description: "file for the credentials (default: <name>.creds)" });

  async run() {
    const name = readPersonName("consumer add", this.name);
    const filters = this.#filters();
    const hasFilters = this.node.length + this.service.length + this.kind.length + this.severity.length > 0;
    const dir = await this.requireIdentityDir();
    const { addConsumer } = await import("../../enroll/consumers.ts");
    const out = resolve(this.context.cwd, this.outFile ?? `${name}.creds`);
    const request = { name, filters, hasFilters, fromNow: this.fromNow, renew: this.renew, out };
    const { result, creds, ...added } = await this.enrolled(dir, (enrollment) => addConsumer(enrollment, request));
    const output = { name, result, filters: added.filters, ...present({ creds }) } satisfies ConsumerAddOutput;
    if (this.json) this.out.document(output);
    else this.#show(output, dir.bus.servers);
    return undefined;
  }

  /** One subject for each combination of the values. @throws McpError E_USAGE */
  #filters(): string[] {
    const nodes = this.node.map((node) => (node === NONE ? NONE : readNodeName("--node", node)));
    const services = this.service.map((service) => readSelector(service).service);
    const kinds = this.kind.map((kind) => readWord("--kind", kind, KINDS));
    const severities = this.severity.map((severity) => readWord("--severity", severity, SEVERITIES));
    const all = orAny(nodes).flatMap((node) =>
      orAny(severities).flatMap((severity) =>
        orAny(kinds).flatMap((kind) =>
          orAny(services).map((service) => eventFilter(present({ node, severity, kind, service }))),
        ),
      ),
    );
    if (all.length <= MAX_FILTERS) return all;
    throw new McpError("E_USAGE", `these options make ${all.length} filters, more than the limit of ${MAX_FILTERS}`, {
      hint: "use fewer values, and let the program skip other events",
    });
  }

  #show({ name, result, filters, creds }: ConsumerAddOutput, servers: readonly string[]): void {
    this.out.print(`${name}: ${result} (${filters.join(", ")})`);
    if (creds === undefined) return;
    const file = shortPath(creds, this.context.cwd);
    this.out.note(`${file} holds the key. To use it with a program from docs/events.md:`);
    this.out.note(`  NATS_URL=${servers[0]} NATS_CREDS=${file} npx tsx alert-consumer.ts ${name}`);
  }
}

function orAny<T>(values: readonly T[]): readonly (T | undefined)[] {
  return values.length === 0 ? [undefined] : values;
}
