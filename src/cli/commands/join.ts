/** `mcp join <bundle>`: makes this workstation one of the operator whose bundle it is. */
import { resolve } from "node:path";
import { Option } from "clipanion";
import type { JoinOutput } from "../../schemas/output/json-access-output.ts";
import { BaseCommand } from "../base/base-command.ts";
import { settingsPath } from "../settings/read-settings.ts";

export class JoinCommand extends BaseCommand {
  static override paths = [["join"]];
  static override usage = BaseCommand.describe({
    category: "Bus and access",
    description: "Take in the credentials that somebody gave you: settings, key and certificates",
    details: `Unpacks what \`mcp operator add\` made on another workstation: mcp.toml (or what --config names), and beside it the
credentials and the certificates of the bus, readable for you alone. Nothing is replaced without --force.`,
    examples: [
      ["On a new workstation", "$0 join alice.bundle"],
      ["For a second bus", "$0 join alice.bundle --config ~/lab/mcp.toml"],
      ["New credentials for a workstation that has old ones", "$0 join alice.bundle --force"],
    ],
  });

  bundle = Option.String({ name: "file", required: true });
  force = Option.Boolean("--force", false, { description: "replace what is there" });

  async run() {
    const { joinBus, readOperatorBundle } = await import("../enrol/join-bus.ts");
    const { cwd, env } = this.context;
    const { isOpenToOthers } = await import("../../disk/private-path.ts");
    const path = resolve(cwd, this.bundle);
    const bundle = await readOperatorBundle(path);
    const place = settingsPath({ config: this.config, env, cwd });
    if (await isOpenToOthers(path)) this.out.warn(`${path} can be read by others on this machine`);
    const files = await joinBus(bundle, { settingsPath: place.path, force: this.force });
    const { name, bus } = bundle;
    if (this.json) this.out.document({ name, servers: bus.servers, files } satisfies JoinOutput);
    else this.#tell(name, files, place.named ? ` --config ${place.path}` : "");
    this.out.warn(`${path} holds the key too: remove it`);
    return undefined;
  }

  #tell(name: string, files: readonly string[], option: string): void {
    for (const file of files) this.out.print(`wrote ${file}`);
    this.out.note(`you are ${name} on this workstation; see what you can do:`);
    this.out.note(`  mcp doctor${option}`);
    this.out.note(`  mcp status${option}`);
  }
}
