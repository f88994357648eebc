/** `mcp bus init`: the keys of a new bus, its first operator, and the directory to start its server with. */

import { userInfo } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { Option } from "clipanion";
import type { BusInitOutput } from "../../../schemas/output/bus-output.ts";
import { McpError } from "../../../values/error.ts";
import { isName, NAME_RULE } from "../../../values/names.ts";
import { quoted } from "../../../values/quoted.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { refuseTrialSettings } from "../../dev/trial.ts";
import { identityPath } from "../../identity/identity-dir.ts";
import { styled } from "../../output/cell.ts";
import type { GivenFiles } from "../../server/certificates.ts";
import { initBus } from "../../server/init-bus.ts";
import { requireHost, requirePort } from "../../server/server-hosts.ts";
import { locateSettings } from "../../settings/locate-settings.ts";
import { namingVariable } from "../../settings/variable-hint.ts";

export class BusInitCommand extends BaseCommand {
  static override paths = [["bus", "init"]];
  static override usage = BaseCommand.describe({
    category: "Bus and access",
    description: "Make the keys of a new bus, its first operator and its server's directory",
    details: `The keys stay on this workstation, in a directory of their own (--identity, $MCP_IDENTITY, else \`identity\` beside the
settings file): whoever has it has the bus, so back it up and keep it safe. Without --cert the server gets a certificate from an
authority that is made for this bus alone. Settings are written when there are none. Nothing is ever written over:
when it was interrupted, type it again in the same words, and it makes what is missing.`,
    examples: [
      ["A server that is dialled by its name", "$0 bus init bus.example.net"],
      [
        "By name and address, with nats.conf elsewhere there",
        "$0 bus init bus.example.net 192.0.2.7 --config-dir /opt/nats",
      ],
      ["With a certificate that you have", "$0 bus init bus.example.net --cert bus.pem --key bus-key.pem"],
    ],
  });

  host = Option.String({ name: "host", required: true });
  otherHosts = Option.Rest({ name: "another" });
  identity = Option.String("--identity", {
    description: "directory of the keys (default: $MCP_IDENTITY, else `identity` beside the settings file)",
  });
  target = Option.String("--out", {
    description: "directory to make for the server (default: `server` beside the settings file)",
  });
  port = Option.String("--port", "4222", { description: "port for clients (default 4222)" });
  operator = Option.String("--operator", {
    description: "name of the first operator (default: yours on this machine)",
  });
  cert = Option.String("--cert", {
    description: "the server's certificate (PEM), instead of one from an authority of the bus's own",
  });
  key = Option.String("--key", { description: "its key (PEM)" });
  ca = Option.String("--ca", {
    description: "its authority's certificates (PEM), where the system does not know them",
  });
  configDir = Option.String("--config-dir", "/etc/nats", {
    description: "where the directory will lie on the server (default /etc/nats)",
  });
  dataDir = Option.String("--data-dir", "/var/lib/nats", {
    description: "where the server keeps its data (default /var/lib/nats)",
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
        configDir: demandAbsolute("--config-dir", this.configDir),
        dataDir: demandAbsolute("--data-dir", this.dataDir),
        certificates: given === undefined ? "own" : "given",
      },
      ...(given && { given }),
    });
    const output = await namingVariable(location, work);
    if (location.chosenBy === "MCP_CONFIG") {
      this.out.note(`MCP_CONFIG is set, so the files are in the directory of ${settings}`);
    }
    if (this.json) this.out.document(output satisfies BusInitOutput);
    else this.#tell(output);
    return undefined;
  }

  /** @throws McpError E_USAGE when one is given without the other */
  #given(): GivenFiles | undefined {
    const [cert, key, ca] = [this.cert, this.key, this.ca].map((path) => path && resolve(this.context.cwd, path));
    if (cert !== undefined && key !== undefined) return { cert, key, ...(ca === undefined ? {} : { ca }) };
    if (cert === undefined && key === undefined && ca === undefined) return undefined;
    throw new McpError("E_USAGE", "--cert and --key belong together", {
      hint: "give both, and --ca where it is needed",
    });
  }

  #tell({ identity, server, auth, servers, operator, settings, files, resumed }: BusInitOutput): void {
    const made = files.filter(({ result }) => result !== "unchanged");
    const bus = `the bus of ${servers.join(", ")}`;
    if (!resumed) this.out.print(styled("green", `made ${bus}`));
    else if (made.length === 0) this.out.print(`${bus} stands; nothing was missing`);
    else this.out.print(styled("green", `${bus} stood in part; its keys were kept, and this was added:`));
    if (resumed) for (const { path } of made) this.out.print(`  + ${path}`);
    this.out.print(`  keys        ${identity}   whoever has them has the bus: back them up`);
    this.out.print(`  operator    ${operator.name}, ${operator.creds}`);
    this.out.print(`  server      ${server}`);
    this.out.print(`  exchange    ${auth}   for logins, when you want them`);
    this.out.print(`  settings    ${settings.path}${settings.written ? "" : " was there; add to it:"}`);
    if (!settings.written) for (const line of settings.lines.trimEnd().split("\n")) this.out.print(`    ${line}`);
    this.out.print("");
    this.out.print("Next:");
    this.out.print(`  1. copy ${server}/ to ${this.configDir} on the server, for its user alone`);
    this.out.print(`  2. there: nats-server -c ${join(this.configDir, "nats.conf")}`);
    this.out.print("  3. mcp bus provision");
    this.out.print("  4. mcp node add <node>");
  }
}

/** @throws McpError E_USAGE */
function operatorName(given: string | undefined): string {
  const own = userName();
  const name = given ?? (isName(own) ? own : "admin");
  if (isName(name)) return name;
  throw new McpError("E_USAGE", `${quoted(name)} is no name of an operator`, { hint: `a name is ${NAME_RULE}` });
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return ""; // no entry in the user database, as in some containers
  }
}

/** @throws McpError E_USAGE */
function demandAbsolute(option: string, path: string): string {
  if (isAbsolute(path)) return path;
  throw new McpError("E_USAGE", `${option} ${path} is no absolute path`, { hint: "it is a path on the server" });
}
