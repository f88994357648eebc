/** `mcp node add`: enrolls a node with its own account and credentials, or changes its labels. */
import { basename, resolve } from "node:path";
import { Option } from "clipanion";
import { replaceText } from "../../../disk/replace-text.ts";
import type { NodeAddOutput } from "../../../schemas/output/node-output.ts";
import type { NodeName } from "../../../values/names.ts";
import { present } from "../../../values/present.ts";
import { readNodeName } from "../../arguments/arguments.ts";
import { withLabels } from "../../arguments/node-labels.ts";
import { EnrollCommand } from "../../base/enroll-command.ts";
import { type NodeAddress, readNodeAddress } from "../../enroll/node-address.ts";
import { siteNote } from "../../enroll/site-note.ts";
import type { IdentityDir } from "../../identity/identity-dir.ts";
import { shortPath } from "../../output/short-path.ts";
import { type PatchedSettings, patchedWithAddress } from "../../settings/patched-settings.ts";

type Added = Omit<NodeAddOutput, "node" | "settings">;

export class NodeAddCommand extends EnrollCommand {
  static override paths = [["node", "add"]];
  static override usage = EnrollCommand.describe({
    category: "Nodes",
    description: "Add a node: create its account, and a bundle with its credentials",
    details: `It creates the node's key, its account on the server, and one file, <name>.bundle, which \`mcp-agent join\` reads on the
node. For a node that exists it changes labels: it sets those given, \`key=\` removes one, the others stay. --renew gives the node
new credentials and revokes the old ones. If the node's record names an account whose key is not here, the node gets a new
account: without an option if the old one was closed from here (as after restoring an older bus), with --renew if its key is lost.

A node at a site with its own leaf server connects to that one (--server), and reaches the bus in another JetStream domain
(--domain hub). Once \`mcp bus config --site\` names the site, --renew needs neither option.

It needs the identity directory that \`mcp bus init\` created. Without one it only records the node, for a bus whose server has
accounts of its own making. The address is a note for people, kept under [[nodes]] in the settings file.`,
    examples: [
      ["A new node", "$0 node add rift"],
      ["With labels", "$0 node add rift --label zone=attic --label arch=arm64"],
      ["With a note about its address", "$0 node add rift 100.95.252.120"],
      ["At a site with a leaf server", "$0 node add rift --server tls://nats.lakeside.example.net:4222 --domain hub"],
      ["Replace credentials that were lost or seen by others", "$0 node add rift --renew"],
    ],
  });

  name = Option.String({ name: "name", required: true });
  address = Option.String({ name: "address", required: false });
  label = Option.Array("--label", [], { description: "label to set, repeatable; `key=` removes it" });
  renew = Option.Boolean("--renew", false, {
    description: "new credentials for a node that exists; revoke the old ones",
  });
  servers = Option.Array("--server", [], {
    description: "URL at which the node reaches the bus (default: the bus's own), repeatable",
  });
  domain = Option.String("--domain", {
    description: "JetStream domain of the bus, for a node behind a leaf server: hub",
  });
  outFile = Option.String("--out", { description: "file for the bundle (default: <name>.bundle)" });

  async run() {
    const node = readNodeName("node add", this.name);
    withLabels({}, this.label);
    const reach = readNodeAddress(this);
    const file = this.address === undefined ? undefined : await this.#patched(node, this.address);
    const dir = this.renew || reach !== undefined ? await this.requireIdentityDir() : await this.identityDir();
    const added = dir === undefined ? await this.#record(node) : await this.#enroll(dir, node, reach);
    if (file !== undefined) await replaceText(file.path, file.text, file.old);
    const output = { node, ...added, ...present({ settings: file?.path }) } satisfies NodeAddOutput;
    if (this.json) this.out.document(output);
    else this.#show(output);
    if (dir === undefined && added.result === "created") {
      this.out.warn(
        `${node} is recorded, but has no account: no identity directory here (\`mcp bus init\` creates one)`,
      );
    }
    return undefined;
  }

  async #enroll(dir: IdentityDir, node: NodeName, address: NodeAddress | undefined): Promise<Added> {
    const { enrollNode } = await import("../../enroll/enroll-node.ts");
    const out = resolve(this.context.cwd, this.outFile ?? `${node}.bundle`);
    const labels = (old: NodeAddOutput["labels"]) => withLabels(old, this.label);
    const request = { node, labels, renew: this.renew, out, address, insecure: this.insecure };
    const { result, record, bundle, bus, site, replaced } = await this.enrolled(dir, (enrollment) =>
      enrollNode(enrollment, request),
    );
    const { account, incarnation } = record;
    if (bundle !== undefined) {
      const message = result === "renewed" ? `new credentials for node ${node}` : `node ${node} enrolled`;
      await this.publishDone(dir, "node-enrolled", { message, data: { node, account, renewed: result === "renewed" } });
    }
    const reach = { servers: bus?.servers, domain: bus?.domain };
    return { result, labels: record.labels, ...present({ bundle, ...reach, site, account, incarnation, replaced }) };
  }

  async #record(node: NodeName): Promise<Added> {
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

  /** The settings file with the address, prepared before anything is written: a wrong address changes nothing. */
  async #patched(node: NodeName, address: string): Promise<PatchedSettings> {
    return patchedWithAddress(await this.settings(), node, address);
  }

  #show(output: NodeAddOutput): void {
    const { node, result, labels, settings, bundle, servers = [], domain, site, account, replaced } = output;
    const shown = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    const said = result === "created" ? "recorded" : result === "unchanged" && account ? "already enrolled" : result;
    this.out.print(`${node}: ${said}${shown.length === 0 ? "" : ` (${shown.join(", ")})`}`);
    if (replaced !== undefined) {
      this.out.note(
        `its record named an account whose key is not in use here (${replaced}): that account is closed, the node has a new one`,
      );
    }
    if (bundle !== undefined) {
      const file = shortPath(bundle, this.context.cwd);
      this.out.note(`${file} holds the node's key: copy it to ${node}, then type there:`);
      this.out.note(`  mcp-agent join ${basename(file)}`);
      const through = domain === undefined ? "" : `, through JetStream domain ${domain}`;
      this.out.note(`the node connects to ${servers.join(", ")}${through}`);
      if (site !== undefined) this.out.note(siteNote(site, "needs new credentials too"));
    } else if (result === "unchanged" && account !== undefined) {
      this.out.note(`nothing changed; for new credentials type \`mcp node add ${node} --renew\``);
    }
    if (settings !== undefined) this.out.note(`${settings}: address added`);
  }
}
