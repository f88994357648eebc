/** `mcp doctor`: problems of this workstation, the bus and the nodes, each with the command that fixes it. */
import type { DoctorCheck, DoctorOutput } from "../../schemas/output/doctor-output.ts";
import { checkLines, worstResult } from "../../terminal/check-lines.ts";
import { BaseCommand } from "../base/base-command.ts";
import { EXIT } from "../context/exit-codes.ts";
import { withShownTimes } from "../output/time.ts";

export class DoctorCommand extends BaseCommand {
  static override paths = [["doctor"]];
  static override usage = BaseCommand.describe({
    category: "Setup",
    description: "Check settings, definitions, bus and nodes, and show how to fix each problem",
    details: `The exit code is 8 when a check fails; warnings leave it at 0. For podman on a node, run \`mcp-agent doctor\` there.`,
    examples: [
      ["Find out why nothing works", "$0 doctor"],
      ["With other settings", "$0 doctor --config ./mcp.toml"],
    ],
  });

  async run() {
    const { examine } = await import("../doctor/examine.ts");
    const { context, choice } = this;
    const checks = await examine({ context, choice, settings: () => this.settings(), bus: () => this.bus() });
    const result = worstResult(checks);
    if (this.json) this.out.document({ result, checks } satisfies DoctorOutput);
    else for (const line of checkLines(checks.map(this.#shown), this.out.width)) this.out.print(...line);
    return result === "fail" ? EXIT.partlyFailed : EXIT.done;
  }

  readonly #shown = (check: DoctorCheck): DoctorCheck => ({ ...check, message: withShownTimes(check.message, this) });
}
