/** `mcp join <bundle>`: sets up this workstation for the operator whose bundle it is. */
import { resolve } from "node:path";
import { Option } from "clipanion";
import type { JoinOutput } from "../../schemas/output/access-output.ts";
import { BaseCommand } from "../base/base-command.ts";
import { locateSettings, type SettingsLocation, sameSettings } from "../settings/locate-settings.ts";
import { namingVariable } from "../settings/variable-hint.ts";

export class JoinCommand extends BaseCommand {
  static override paths = [["join"]];
  static override usage = BaseCommand.describe({
    category: "Bus and access",
    description: "Set up this workstation from a bundle: settings, credentials, certificates",
    details: `The bundle is what \`mcp operator add\` made on another workstation. It writes mcp.toml, and next to it the credentials
and the certificates of the bus, readable only by you. It replaces nothing without --force.

With --context the files go to a context of their own, for a second bus: see \`mcp context use\`.`,
    examples: [
      ["On a new workstation", "$0 join alice.bundle"],
      ["For a second bus", "$0 join alice.bundle --context lab"],
      ["Replace old credentials", "$0 join alice.bundle --force"],
    ],
  });

  bundle = Option.String({ name: "file", required: true });
  force = Option.Boolean("--force", false, { description: "replace existing files" });

  async run() {
    const { joinBus, readOperatorBundle } = await import("../enroll/join-bus.ts");
    const { cwd, env } = this.context;
    const { isOpenToOthers } = await import("../../disk/private-path.ts");
    const path = resolve(cwd, this.bundle);
    const bundle = await readOperatorBundle(path);
    const location = locateSettings({ ...this.choice, env, cwd });
    if (await isOpenToOthers(path)) this.out.warn(`other users of this machine can read ${path}`);
    const work = joinBus(bundle, { settingsPath: location.path, force: this.force });
    const files = await namingVariable(location, work);
    const { name, bus } = bundle;
    if (this.json) this.out.document({ name, servers: bus.servers, files } satisfies JoinOutput);
    else this.#report(name, files, location);
    this.out.warn(`${path} holds the key too: remove it`);
    return undefined;
  }

  #report(name: string, files: readonly string[], location: SettingsLocation): void {
    for (const file of files) this.out.print(`wrote ${file}`);
    const option = sameSettings(location);
    this.out.note(`you are ${name} on this workstation; see what you can do:`);
    this.out.note(`  mcp doctor${option}`);
    this.out.note(`  mcp status${option}`);
    if (this.contextName !== undefined)
      this.out.note(`  mcp context use ${this.contextName}   to leave the option out`);
  }
}
