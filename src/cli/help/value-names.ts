/** What the value of an option is called in help and usage lines: `--node <node>`, `--timeout <duration>`. Pure. */

const FILE = "file";
const DIRECTORY = "directory";
const DURATION = "duration";
const NUMBER = "number";
const PORT = "port";
const SERVER = "name=host[:port]";
const SELECTOR = "service[@node]";

/** Options whose value is not called as the option is. */
const NAMES: Readonly<Record<string, string>> = {
  "--ca": FILE,
  "--cert": FILE,
  "--cluster": SERVER,
  "--config": FILE,
  "--config-dir": DIRECTORY,
  "--context": "name",
  "--data-dir": DIRECTORY,
  "--expires": DURATION,
  "--file": FILE,
  "--from": SELECTOR,
  "--grep": "regex",
  "--identity": DIRECTORY,
  "--interval": DURATION,
  "--into": DIRECTORY,
  "--keep": NUMBER,
  "--key": FILE,
  "--label": "key=value",
  "--leaf-port": PORT,
  "--lines": NUMBER,
  "--message": "text",
  "--out": "path",
  "--output": "format",
  "--owner": "uid:gid",
  "--port": PORT,
  "--replicas": NUMBER,
  "--since": "time",
  "--sort": "column",
  "--timeout": DURATION,
  "--site": SERVER,
  "--to": SELECTOR,
  "--username": "name",
  "--websocket-port": PORT,
};

/** Options that mean something else in one command. */
const NAMES_OF_COMMAND: Readonly<Record<string, string>> = {
  "mcp rollback --to": "generation",
  "mcp service export --output": FILE,
};

/** `-n,--lines #0` → `-n, --lines <number>`. @param path of the command: `mcp logs` */
export function readableOption(definition: string, path: string): string {
  const [names = "", ...values] = definition.split(" ");
  const all = names.split(",");
  const long = all.at(-1) ?? "";
  const value = values.length === 0 ? "" : ` <${valueName(long, path)}>`;
  return `${all.join(", ")}${value}`;
}

function valueName(option: string, path: string): string {
  return NAMES_OF_COMMAND[`${path} ${option}`] ?? NAMES[option] ?? option.replace(/^-+/, "");
}
