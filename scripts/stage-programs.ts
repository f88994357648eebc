/**
 * Prints shell lines that name the built programs (MCP_TEST_PROGRAMS) and Node (MCP_TEST_NODE) for the tests. It prints
 * nothing when every user can read them, and otherwise puts copies into the given directory.
 *   tsx scripts/stage-programs.ts <empty directory>
 */
import { chmod, cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { copyPackage, isOpen } from "../src/cli/dev/stage-agent.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

async function main(target: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  await chmod(target, 0o755);
  if (!(await isOpen(join(ROOT, "dist")))) {
    const programs = join(target, "programs");
    await mkdir(programs, { mode: 0o755 });
    await copyPackage(ROOT, programs);
    console.log(`export MCP_TEST_PROGRAMS=${quoted(programs)}`);
  }
  if (!(await isOpen(process.execPath))) {
    const node = join(target, "node");
    await cp(process.execPath, node);
    console.log(`export MCP_TEST_NODE=${quoted(node)}`);
  }
}

const [target] = process.argv.slice(2);
if (target === undefined) throw new Error("name an empty directory");
await main(target);
