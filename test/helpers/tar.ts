/**
 * A minimal tar writer (POSIX ustar), enough for image layers: directories, files and symlinks with short names.
 */

export interface TarEntry {
  readonly name: string;
  /** Contents of a file; absent for a directory. */
  readonly data?: Uint8Array | string;
  /** Target of a symlink. */
  readonly link?: string;
  /** Permission bits; default 0755. */
  readonly mode?: number;
}

const BLOCK = 512;
const NAME_LENGTH = 100;

/** The archive. All entries belong to root and carry the time 0, so equal entries give equal bytes. */
export function tar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(2 * BLOCK)]);
}

function blocksOf(entry: TarEntry): Buffer[] {
  const data = Buffer.from(entry.data ?? "");
  return [header(entry, data.length), data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)];
}

/** Field offsets and lengths as in POSIX.1-1988, "ustar" interchange format. */
function header({ name, link, data, mode = 0o755 }: TarEntry, size: number): Buffer {
  if (name.length >= NAME_LENGTH) throw new Error(`"${name}" is too long for this tar writer`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, offset: number, length: number) =>
    block.write(value.toString(8).padStart(length - 1, "0"), offset, "ascii");
  block.write(name, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8); // owner
  octal(0, 116, 8); // group
  octal(size, 124, 12);
  octal(0, 136, 12); // time of change
  block.write("        ", 148); // the checksum counts as blanks while it is summed
  block.write(link !== undefined ? "2" : data !== undefined ? "0" : "5", 156);
  block.write(link ?? "", 157);
  block.write("ustar\x0000", 257);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
