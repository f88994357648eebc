/** File access with the permissions of this process. */
import { unlink } from "node:fs/promises";
import { tempName } from "../../schemas/wire/file-path.ts";
import { isMissing } from "../../values/if-there.ts";
import type { FileAccess } from "./file-access.ts";
import { addressText, splitPath } from "./file-address.ts";
import { fileError } from "./file-errors.ts";
import { listFiles } from "./list-files.ts";
import { childPath, openDirectory } from "./open-directory.ts";
import { receiveFile } from "./receive-file.ts";
import { sendFile } from "./send-file.ts";

/** @param root the directory that contains all files */
export function plainFiles(root: string): FileAccess {
  return {
    receive: (order) => receiveFile(root, order),
    send: (place) => sendFile(root, place),
    list: (place) => listFiles(root, place),
    removeTemp: async (place, transfer) => {
      try {
        const directory = await openDirectory({ root, names: splitPath(place).directory, create: false });
        await unlink(childPath(directory, tempName(transfer))).finally(() => directory.close());
      } catch (error) {
        if (!isMissing(error)) throw fileError(addressText(place), error);
      }
    },
  };
}
