/**
 * The program `mcp-auth`: reads the command line, hands over, turns what is thrown into one line on stderr and an exit
 * code. Settings, keys and signals are in the commands.
 */
import { parseArgs } from "node:util";
import { McpError, messageOf } from "../schemas/error.ts";
import { VERSION } from "../schemas/version.ts";

const LINGER_MS = 1_000;

const HELP = `mcp-auth ${VERSION}: exchanges tokens of MCIAS for sessions on the bus

  mcp-auth server [--config auth.toml]            run the exchange; several may run, and share the work
  mcp-auth doctor [--config auth.toml] [--json]   check settings, keys, MCIAS and bus, and say what mends each fault
  mcp-auth --version | --help

Every key of auth.toml but the roles can be given as a variable: MCP_AUTH_MCIAS_SERVER_URL, MCP_AUTH_EXCHANGE_LIFE …
`;

const OPTIONS = {
  config: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", short: "v", default: false },
} as const;

async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv);
  if (values.version) return print(`${VERSION}\n`);
  const [command, ...rest] = positionals;
  if (values.help || command === undefined || command === "help") return print(HELP);
  if (rest.length > 0) throw usage(`too many words: ${rest.join(" ")}`);
  const options = { config: values.config, env: process.env };
  if (command === "server") return await (await import("./run-server.ts")).runServer(options);
  if (command === "doctor") return await (await import("./run-doctor.ts")).runDoctor(options, values.json);
  throw usage(`there is no command "${command}"`);
}

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw usage(messageOf(cause));
  }
}

const usage = (message: string) => new McpError("E_USAGE", message, { hint: "see `mcp-auth --help`" });

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

/** Usage and settings are 2 (a supervisor need not try again), anything else is 1. */
function complain(error: unknown): number {
  const known = error instanceof McpError;
  process.stderr.write(`error: ${messageOf(error)}\n`);
  if (known) process.stderr.write(`hint: ${error.hint}\n`);
  else if (error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return known && ["E_USAGE", "E_CONFIG"].includes(error.code) ? 2 : 1;
}

process.exitCode = 1;
void main(process.argv.slice(2))
  .catch(complain)
  .then((code) => {
    process.exitCode = code;
    // A socket that is still being dialled must not keep a finished program.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  });
