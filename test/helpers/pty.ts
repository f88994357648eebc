/** Runs a program at a real terminal (a pty made by `script`) of a given size. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface TerminalOptions {
  readonly columns: number;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** What the program wrote, stdout and stderr as they came, as lines without colors. Its exit code does not matter. */
export async function linesAtTerminal(argv: readonly string[], options: TerminalOptions): Promise<string[]> {
  const { columns, env, cwd } = options;
  const command = `stty rows 24 cols ${columns}; ${argv.map(quoted).join(" ")}`;
  const { stdout } = await promisify(execFile)("script", ["-qec", command, "/dev/null"], {
    cwd,
    env: { PATH: process.env["PATH"], TERM: "xterm", ...env },
  }).catch((error: { stdout: string }) => error);
  return stdout.replaceAll(/\u001b\[[0-9;]*m/g, "").split("\r\n");
}

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/** Lines that the terminal breaks within a word: wider than it is, and not one long word after their indent. */
export function brokenLines(lines: readonly string[], columns: number): string[] {
  return lines.filter((line) => [...line].length > columns && /\S\s+\S/.test(line.replace(/^\s*(→ )?/, "")));
}
