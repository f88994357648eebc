/** Runs a program as a person would, from start to exit, and fails with its output when it does not end well. */
import type { ChildProcess } from "node:child_process";

/** Resolves with stdout when the process has exited with 0. */
export async function ended(child: ChildProcess): Promise<string> {
  const texts = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => {
    texts.stdout += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    texts.stderr += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code === 0) return texts.stdout;
  throw new Error(`${child.spawnargs.join(" ")} exited with ${code}:\n${texts.stderr}${texts.stdout}`);
}
