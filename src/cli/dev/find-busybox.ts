/** Finds a static busybox, which runs in an image that contains nothing else. */
import { open } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { packageRoot } from "./package-root.ts";

const ELF_MAGIC = "\x7fELF";
/** A program header of this type names the dynamic loader; a static program has none. */
const PT_INTERP = 3;
const HEADER_BYTES = 4096;

/** The path: $MCP_BUSYBOX, else .tools/busybox of the project, else `busybox` on PATH; undefined when none is static. */
export async function findBusybox(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const named = env["MCP_BUSYBOX"];
  const onPath = (env["PATH"] ?? "").split(":").filter(isAbsolute);
  const candidates = named
    ? [named]
    : [join(await packageRoot(), ".tools", "busybox"), ...onPath.map((dir) => join(dir, "busybox"))];
  for (const path of candidates) if (await isStaticProgram(path)) return path;
  return undefined;
}

/** True for a 64-bit little-endian ELF program without a dynamic loader. */
export async function isStaticProgram(path: string): Promise<boolean> {
  const header = await firstBytes(path);
  if (header.toString("latin1", 0, 4) !== ELF_MAGIC || header[4] !== 2 || header[5] !== 1) return false;
  const [offset, size, count] = [Number(header.readBigUInt64LE(32)), header.readUInt16LE(54), header.readUInt16LE(56)];
  if (count === 0 || offset + size * count > header.length) return false;
  const types = Array.from({ length: count }, (_, index) => header.readUInt32LE(offset + index * size));
  return !types.includes(PT_INTERP);
}

/** Empty when the file cannot be read. */
async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return Buffer.alloc(0);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return Buffer.alloc(0); // a directory
  } finally {
    await file.close();
  }
}
