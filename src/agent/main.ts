/**
 * The program `mcp-agent`: reads the command line, calls the command, turns errors into one line on stderr and an exit
 * code. The commands handle settings, ports and signals.
 */

import { parseCommandLine, print, runProgram, usage } from "../service/run-program.ts";
import { VERSION } from "../values/version.ts";

const PROGRAM = "mcp-agent";

const HELP = `mcp-agent ${VERSION}: runs a node's services as desired (rootless podman)

  mcp-agent join <bundle>    make this machine the node of a bundle that
                             \`mcp node add\` made (--force)
  mcp-agent server           run the agent (--accept-identity, --insecure)
  mcp-agent recover          recover every service from the store, then exit
  mcp-agent snapshot [file]  write a consistent copy of the store
  mcp-agent alert test       call the alert command with a test event (--json)
  mcp-agent doctor           check this node, and show how to fix each problem
                             (--json, --insecure)
  mcp-agent --version | --help

Every command takes --config <agent.toml>. Without it the settings are in
$MCP_AGENT_CONFIG, ~/.config/mcp/agent.toml or /etc/mcp/agent.toml. Every key of
agent.toml has a variable: MCP_AGENT_NODE, MCP_AGENT_BUS_SERVERS, …
`;

const OPTIONS = {
  config: { type: "string" },
  "accept-identity": { type: "boolean", default: false },
  force: { type: "boolean", default: false },
  insecure: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", short: "v", default: false },
} as const;

async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(PROGRAM, argv, OPTIONS);
  if (values.version) return print(`${VERSION}\n`);
  const [command, ...rest] = positionals;
  if (values.help || command === undefined || command === "help") return print(HELP);
  // The agent's own child, run in podman's user namespace; not for people.
  if (command === "file-helper" && rest.length === 1) {
    return await (await import("./files/run-file-helper.ts")).runFileHelper(rest[0] ?? "");
  }
  const { config, insecure } = values;
  const options = { config, insecure, env: process.env, acceptIdentity: values["accept-identity"] };
  if (rest.length > (["snapshot", "alert", "join"].includes(command) ? 1 : 0))
    throw usage(PROGRAM, `too many arguments: ${rest.join(" ")}`);
  if (command === "join") {
    if (rest[0] === undefined) throw usage(PROGRAM, "join needs a bundle: `mcp-agent join <node>.bundle`");
    const { config, force } = values;
    const { runJoin } = await import("./commands/run-join.ts");
    const { mayKeepStore } = await import("./doctor/probe-own.ts");
    const systemd = await (await import("./doctor/probe-user.ts")).hasSystemd();
    const warn = (message: string) => process.stderr.write(`warning: ${message}\n`);
    return print(await runJoin(rest[0], { config, env: process.env, force, systemd, mayKeepStore, warn }));
  }
  if (command === "server") return await (await import("./commands/run-server.ts")).runServer(options);
  if (command === "recover") return await (await import("./commands/run-recover.ts")).runRecover(options);
  if (command === "alert" && rest[0] === "test") {
    return await (await import("./commands/run-alert-test.ts")).runAlertTest(options, values.json);
  }
  if (command === "doctor") return await (await import("./commands/run-doctor.ts")).runDoctor(options, values.json);
  if (command === "snapshot") return await (await import("./commands/run-snapshot.ts")).runSnapshot(options, rest[0]);
  throw usage(PROGRAM, `unknown command "${positionals.join(" ")}"`);
}

runProgram(main);
