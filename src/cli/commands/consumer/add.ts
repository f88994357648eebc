/** `mcp consumer add`: a place in the event stream for a program outside, and credentials that reach it alone. */
import { resolve } from "node:path";
import { Option } from "clipanion";
import type { ConsumerAddOutput } from "../../../schemas/output/access-output.ts";
import { EVENT_KINDS, type EventKind, type Severity } from "../../../schemas/wire/event.ts";
import { eventFilter, NONE } from "../../../schemas/wire/subjects.ts";
import { McpError } from "../../../values/error.ts";
import { present } from "../../../values/present.ts";
import { readNodeName, readPersonName, readWord } from "../../arguments/arguments.ts";
import { EnrolCommand } from "../../base/enrol-command.ts";
import { readSelector } from "../../fleet/select.ts";
import { shortPath } from "../../output/short-path.ts";

const SEVERITIES = ["info", "warning", "error"] as const satisfies readonly Severity[];
const KINDS = Object.keys(EVENT_KINDS) as EventKind[];
const MAX_FILTERS = 64;

export class ConsumerAddCommand extends EnrolCommand {
  static override paths = [["consumer", "add"]];
  static override usage = EnrolCommand.describe({
    category: "Bus and access",
    description: "Let a program of yours read events: a place that is remembered, and credentials for it",
    details: `The server remembers under the name what the program acknowledged, so it may stop and start and misses nothing. Events match
when they match one of the given values of every kind of filter; without any, all do. Again for the same name, it changes the
filters. With --renew it gets new credentials, and those it had count no more. docs/events.md has complete programs.`,
    examples: [
      ["Every error, for a pager", "$0 consumer add pager --severity error"],
      [
        "What goes wrong with two services",
        "$0 consumer add shops --severity warning --severity error --service shop --service cart",
      ],
      ["From now on only", "$0 consumer add audit --from-now"],
    ],
  });

  name = Option.String({ name: "name", required: true });
  node = Option.Array("--node", [], { description: "only of this node (`_`: what operators did)" });
  service = Option.Array("--service", [], { description: "only of this service" });
  kind = Option.Array("--kind", [], { description: "only of this kind" });
  severity = Option.Array("--severity", [], { description: `only of this severity: ${SEVERITIES.join(", ")}` });
  fromNow = Option.Boolean("--from-now", false, { description: "nothing that is stored already" });
  renew = Option.Boolean("--renew", false, { description: "new credentials for one that is there" });
  outFile = Option.String("--out", { description: "file for the credentials (default: <name>.creds)" });

  async run() {
    const name = readPersonName("consumer add", this.name);
    const filters = this.#filters();
    const hasFilters = this.node.length + this.service.length + this.kind.length + this.severity.length > 0;
    const dir = await this.demandIdentityDir();
    const { addConsumer } = await import("../../enrol/consumers.ts");
    const out = resolve(this.context.cwd, this.outFile ?? `${name}.creds`);
    const wish = { name, filters, hasFilters, fromNow: this.fromNow, renew: this.renew, out };
    const { result, creds, ...added } = await this.enrolled(dir, (enrolment) => addConsumer(enrolment, wish));
    const output = { name, result, filters: added.filters, ...present({ creds }) } satisfies ConsumerAddOutput;
    if (this.json) this.out.document(output);
    else this.#show(output, dir.bus.servers);
    return undefined;
  }

  /** One subject for each combination of what was given. @throws McpError E_USAGE */
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
    throw new McpError("E_USAGE", `these make ${all.length} filters, more than ${MAX_FILTERS}`, {
      hint: "leave some out, and let the program skip what it does not want",
    });
  }

  #show({ name, result, filters, creds }: ConsumerAddOutput, servers: readonly string[]): void {
    this.out.print(`${name}: ${result} (${filters.join(", ")})`);
    if (creds === undefined) return;
    const file = shortPath(creds, this.context.cwd);
    this.out.note(`${file} holds its key. A program that uses it, from docs/events.md:`);
    this.out.note(`  NATS_URL=${servers[0]} NATS_CREDS=${file} npx tsx alert-consumer.ts ${name}`);
  }
}

function orAny<T>(values: readonly T[]): readonly (T | undefined)[] {
  return values.length === 0 ? [undefined] : values;
}
