/** Lists the files below a directory, sorted by path. It walks through open directories, see open-directory.ts. */
import type { Stats } from "node:fs";
import { type FileHandle, lstat, readdir } from "node:fs/promises";
import { isTempName, parseFilePath } from "../../schemas/wire/file-path.ts";
import type { FileFacts } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import { isMissing } from "../../values/if-there.ts";
import { isWrong } from "../../values/parsed.ts";
import type { FileListing } from "./file-access.ts";
import { addressText, type FileAddress, pathNames, splitPath } from "./file-address.ts";
import { fileError } from "./file-errors.ts";
import { childPath, enterDirectory, openDirectory, ownPath } from "./open-directory.ts";

/** The list must fit into memory. */
const MAX_FILES = 50_000;

interface Found {
  readonly files: FileFacts[];
  readonly skipped: string[];
}

/** As `FileAccess.list`, with the rights of this process. */
export async function listFiles(root: string, place: FileAddress): Promise<FileListing> {
  const found: Found = { files: [], skipped: [] };
  if (place.path === "") {
    const own = await openDirectory({ root, names: pathNames(place), create: false });
    await within(own, () => visit(own, "", found));
    return found;
  }
  const { directory: names, name } = splitPath(place);
  const directory = await openDirectory({ root, names, create: false });
  try {
    await within(directory, () => visitEntry(directory, { name, path: place.path }, found));
  } catch (error) {
    throw fileError(addressText(place), error);
  }
  return found;
}

async function within(directory: FileHandle, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await directory.close();
  }
}

async function visit(directory: FileHandle, path: string, found: Found): Promise<void> {
  for (const name of (await readdir(ownPath(directory))).sort()) {
    if (isTempName(name)) continue;
    await visitEntry(directory, { name, path: path === "" ? name : `${path}/${name}` }, found);
  }
}

async function visitEntry(
  above: FileHandle,
  { name, path }: { name: string; path: string },
  found: Found,
): Promise<void> {
  const stats = isWrong(parseFilePath(path)) ? undefined : await statsOf(above, name);
  if (stats?.isDirectory()) {
    const directory = await enterDirectory(above, name);
    return await within(directory, () => visit(directory, path, found));
  }
  if (stats?.isFile()) found.files.push({ path, size: stats.size, mode: stats.mode & 0o777 });
  else found.skipped.push(path);
  if (found.files.length + found.skipped.length > MAX_FILES) {
    throw new McpError("E_FILE", `the directory has more than ${MAX_FILES} files`, {
      hint: "choose a subdirectory",
    });
  }
}

/** Undefined for a file that no longer exists, or whose name is not valid text. */
async function statsOf(above: FileHandle, name: string): Promise<Stats | undefined> {
  try {
    return await lstat(childPath(above, name));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
