/**
 * The program `mcp-agent`: reads the command line, hands over, turns what is thrown into one line on stderr and an exit
 * code. Settings, ports and signals are in the commands.
 */
import { parseArgs } from "node:util";
import { McpError, messageOf } from "../schemas/error.ts";
import { VERSION } from "../schemas/version.ts";

const LINGER_MS = 1_000;

const HELP = `mcp-agent ${VERSION}: runs a node's services as desired (rootless podman)

  mcp-agent join <bundle> [--config agent.toml] [--force]      make this machine the node that \`mcp node add\` enrolled
  mcp-agent server [--config agent.toml] [--accept-identity] [--insecure]   run the agent
  mcp-agent recover [--config agent.toml]                      bring back every service from the store alone, then end
  mcp-agent snapshot [file] [--config agent.toml]              write a consistent copy of the store
  mcp-agent alert test [--config agent.toml] [--json]          call the alert command with a test event
  mcp-agent doctor [--config agent.toml] [--json] [--insecure] check this node, and say what mends each fault
  mcp-agent --version | --help

Every key of agent.toml can be given as a variable: MCP_AGENT_NODE, MCP_AGENT_BUS_SERVERS, MCP_AGENT_STORE_PATH …
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
  const { values, positionals } = parse(argv);
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
    throw new McpError("E_USAGE", `too many words: ${rest.join(" ")}`);
  if (command === "join" && rest[0] !== undefined) {
    const { config, force } = values;
    return print(await (await import("./run-join.ts")).runJoin(rest[0], { config, env: process.env, force }));
  }
  if (command === "server") return await (await import("./run-server.ts")).runServer(options);
  if (command === "recover") return await (await import("./run-recover.ts")).runRecover(options);
  if (command === "alert" && rest[0] === "test") {
    return await (await import("./run-alert-test.ts")).runAlertTest(options, values.json);
  }
  if (command === "doctor") return await (await import("./run-doctor.ts")).runDoctor(options, values.json);
  if (command === "snapshot") return await (await import("./run-snapshot.ts")).runSnapshot(options, rest[0]);
  throw new McpError("E_USAGE", `there is no command "${positionals.join(" ")}"`, { hint: "see `mcp-agent --help`" });
}

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw new McpError("E_USAGE", messageOf(cause), { hint: "see `mcp-agent --help`" });
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

/** Usage and settings, those that are not safe among them, are 2 (a supervisor need not try again), anything else is 1. */
function complain(error: unknown): number {
  const known = error instanceof McpError;
  process.stderr.write(`error: ${messageOf(error)}\n`);
  if (known) process.stderr.write(`hint: ${error.hint}\n`);
  else if (error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return known && ["E_USAGE", "E_CONFIG", "E_REFUSED"].includes(error.code) ? 2 : 1;
}

process.exitCode = 1;
void main(process.argv.slice(2))
  .catch(complain)
  .then((code) => {
    process.exitCode = code;
    // A socket that is still being dialled must not keep a finished program.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  });
