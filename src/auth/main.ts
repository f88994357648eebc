/**
 * The program `mcp-auth`: reads the command line, calls the command, turns errors into one line on stderr and an exit
 * code. The commands handle settings, keys and signals.
 */

import { parseCommandLine, print, runProgram, usage } from "../service/run-program.ts";
import { VERSION } from "../values/version.ts";

const PROGRAM = "mcp-auth";

const HELP = `mcp-auth ${VERSION}: exchanges tokens of MCIAS for sessions on the bus

  mcp-auth server  run the exchange; several share the work
  mcp-auth doctor  check settings, keys, MCIAS and bus, and show how to fix
                   each problem (--json)
  mcp-auth --version | --help

Every command takes --config <auth.toml>. Every key of that file except the
roles has a variable: MCP_AUTH_MCIAS_SERVER_URL, MCP_AUTH_EXCHANGE_LIFE, …
`;

const OPTIONS = {
  config: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", short: "v", default: false },
} as const;

async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(PROGRAM, argv, OPTIONS);
  if (values.version) return print(`${VERSION}\n`);
  const [command, ...rest] = positionals;
  if (values.help || command === undefined || command === "help") return print(HELP);
  if (rest.length > 0) throw usage(PROGRAM, `too many arguments: ${rest.join(" ")}`);
  const options = { config: values.config, env: process.env };
  if (command === "server") return await (await import("./run-server.ts")).runServer(options);
  if (command === "doctor") return await (await import("./run-doctor.ts")).runDoctor(options, values.json);
  throw usage(PROGRAM, `unknown command "${command}"`);
}

runProgram(main);
