/** `mcp bus init`: the keys of a new bus, its first operator, and a directory to start its server with. */
import { userInfo } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { Option } from "clipanion";
import type { BusInitOutput } from "../../../schemas/output/bus-output.ts";
import { styled } from "../../../terminal/cell.ts";
import { McpError } from "../../../values/error.ts";
import { isName, NAME_RULE } from "../../../values/names.ts";
import { quoted } from "../../../values/quoted.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { refuseTrialSettings } from "../../dev/trial.ts";
import { identityPath } from "../../identity/identity-dir.ts";
import type { GivenFiles } from "../../server/certificates.ts";
import { initBus } from "../../server/init-bus.ts";
import { requireHost, requirePort } from "../../server/server-hosts.ts";
import { locateSettings } from "../../settings/locate-settings.ts";
import { namingVariable } from "../../settings/variable-hint.ts";

export class BusInitCommand extends BaseCommand {
  static override paths = [["bus", "init"]];
  static override usage = BaseCommand.describe({
    category: "Bus and access",
    description: "Create a bus: its keys, its first operator, and its server's configuration",
    details: `The keys stay on this workstation, in their own directory (--identity, $MCP_IDENTITY, else \`identity\` next to the settings
file). They give full control over the bus: back them up and keep them safe. Without --cert the server gets a certificate from a
certificate authority that is created for this bus. If there is no settings file, one is written. It never overwrites a file;
after an interruption, run the same command again and it creates what is missing.

With --context all files go to a context of their own, for a second bus: see \`mcp context use\`.`,
    examples: [
      ["A server with a DNS name", "$0 bus init bus.example.net"],
      [
        "A name and an address, and another directory on the server",
        "$0 bus init bus.example.net 192.0.2.7 --config-dir /opt/nats",
      ],
      ["With your own certificate", "$0 bus init bus.example.net --cert bus.pem --key bus-key.pem"],
    ],
  });

  host = Option.String({ name: "host", required: true });
  otherHosts = Option.Rest({ name: "another" });
  identity = Option.String("--identity", {
    description: "directory for the keys (default: $MCP_IDENTITY, else `identity` next to the settings file)",
  });
  target = Option.String("--out", {
    description: "directory for the server's files (default: `server` next to the settings file)",
  });
  port = Option.String("--port", "4222", { description: "port for clients (default 4222)" });
  operator = Option.String("--operator", {
    description: "name of the first operator (default: your user name)",
  });
  cert = Option.String("--cert", {
    description: "the server's certificate (PEM), instead of one from the bus's own authority",
  });
  key = Option.String("--key", { description: "key of the certificate (PEM)" });
  ca = Option.String("--ca", {
    description: "certificates of its authority (PEM), if the system does not trust it",
  });
  configDir = Option.String("--config-dir", "/etc/nats", {
    description: "directory of these files on the server (default /etc/nats)",
  });
  dataDir = Option.String("--data-dir", "/var/lib/nats", {
    description: "data directory on the server (default /var/lib/nats)",
  });

  async run() {
    const { env, cwd, now } = this.context;
    const location = locateSettings({ ...this.choice, env, cwd });
    const settings = location.path;
    refuseTrialSettings(settings, env);
    const out = this.target === undefined ? join(dirname(settings), "server") : resolve(cwd, this.target);
    const given = this.#given();
    const work = initBus({
      identityPath: identityPath({ identity: this.identity, env, cwd, settingsPath: settings }),
      settingsPath: settings,
      out,
      auth: join(dirname(out), "auth"),
      operator: operatorName(this.operator),
      now: new Date(now()),
      file: {
        version: 1,
        servers: [{ hosts: [this.host, ...this.otherHosts].map(requireHost), port: requirePort("--port", this.port) }],
        configDir: requireAbsolute("--config-dir", this.configDir),
        dataDir: requireAbsolute("--data-dir", this.dataDir),
        certificates: given === undefined ? "own" : "given",
      },
      ...(given && { given }),
    });
    const output = await namingVariable(location, work);
    if (location.chosenBy === "MCP_CONFIG") {
      this.out.note(`MCP_CONFIG is set, so the files are in the directory of ${settings}`);
    }
    if (this.json) this.out.document(output satisfies BusInitOutput);
    else this.#print(output);
    return undefined;
  }

  /** @throws McpError E_USAGE when one is given without the other */
  #given(): GivenFiles | undefined {
    const [cert, key, ca] = [this.cert, this.key, this.ca].map((path) => path && resolve(this.context.cwd, path));
    if (cert !== undefined && key !== undefined) return { cert, key, ...(ca === undefined ? {} : { ca }) };
    if (cert === undefined && key === undefined && ca === undefined) return undefined;
    throw new McpError("E_USAGE", "--cert and --key must be given together", {
      hint: "give both, and --ca if the system does not trust the authority",
    });
  }

  #print({ identity, server, auth, servers, operator, settings, files, resumed }: BusInitOutput): void {
    const made = files.filter(({ result }) => result !== "unchanged");
    const bus = `the bus of ${servers.join(", ")}`;
    if (!resumed) this.out.print(styled("green", `created ${bus}`));
    else if (made.length === 0) this.out.print(`${bus} exists; nothing was missing`);
    else this.out.print(styled("green", `${bus} was incomplete; its keys were kept, and these files were added:`));
    if (resumed) for (const { path } of made) this.out.print(`  + ${path}`);
    this.out.text(`  keys        ${identity}   full control over the bus: back them up`);
    this.out.print(`  operator    ${operator.name}, ${operator.creds}`);
    this.out.print(`  server      ${server}`);
    this.out.text(`  exchange    ${auth}   only for logins with MCIAS (optional)`);
    this.out.print(`  settings    ${settings.path}${settings.written ? "" : " exists; add to it:"}`);
    if (!settings.written) for (const line of settings.lines.trimEnd().split("\n")) this.out.print(`    ${line}`);
    this.out.print("");
    this.out.print("Next:");
    this.out.text(`  1. copy ${server}/ to ${this.configDir} on the server, readable only by its user`);
    this.out.print(`  2. on the server: nats-server -c ${join(this.configDir, "nats.conf")}`);
    this.out.print("  3. mcp bus provision");
    this.out.print("  4. mcp node add <node>");
  }
}

/** @throws McpError E_USAGE */
function operatorName(given: string | undefined): string {
  const own = userName();
  const name = given ?? (isName(own) ? own : "admin");
  if (isName(name)) return name;
  throw new McpError("E_USAGE", `${quoted(name)} is not a valid operator name`, { hint: `a name is ${NAME_RULE}` });
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return ""; // no entry in the user database, as in some containers
  }
}

/** @throws McpError E_USAGE */
function requireAbsolute(option: string, path: string): string {
  if (isAbsolute(path)) return path;
  throw new McpError("E_USAGE", `${option} ${path} is not an absolute path`, {
    hint: "give the full path on the server",
  });
}
