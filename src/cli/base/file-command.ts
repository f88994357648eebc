/** What `mcp push` and `mcp pull` share: moving files, showing each result and failure, and Ctrl-C. */
import type { MovedFile, UnmovedFile } from "../../schemas/output/file-output.ts";
import { EXIT, type ExitCode } from "../context/exit-codes.ts";
import { type Move, type MovedAll, moveAll, movedLine } from "../files/move-all.ts";
import { BaseCommand } from "./base-command.ts";

/** After Ctrl-C: time to cancel the transfer on the node and to remove its data from the bus. */
const LETTING_GO_MS = 5_000;

export abstract class FileCommand extends BaseCommand {
  protected override lettingGoMs(): number {
    return LETTING_GO_MS;
  }

  /**
   * Moves the files and shows the result: a line for each file, or the document of `--json`.
   * @throws McpError when the only file fails; of several files the failures are warnings, and the exit code is 8
   */
  protected async moveAndShow(
    moves: readonly Move[],
    {
      arrow,
      document,
    }: { readonly arrow: "→" | "←"; document(moved: readonly MovedFile[], failed: readonly UnmovedFile[]): object },
  ): Promise<ExitCode> {
    const { moved, failed } = await this.#move(moves);
    if (this.json)
      this.out.document(
        document(
          moved,
          failed.map(({ error: _, ...rest }) => rest),
        ),
      );
    else for (const file of moved) this.out.print(...movedLine(file, arrow));
    return failed.length === 0 ? EXIT.done : EXIT.partlyFailed;
  }

  async #move(moves: readonly Move[]): Promise<MovedAll> {
    const { signal, now } = this.context;
    try {
      const all = await moveAll(moves, { out: this.out, signal, now });
      const [first] = all.failed;
      if (first !== undefined && moves.length === 1) throw first.error;
      for (const { service, node, path, message } of all.failed)
        this.out.warn(`${service}@${node}:${path}: ${message}`);
      return all;
    } finally {
      if (signal.aborted) {
        this.out.note("interrupted: unfinished transfers are canceled and removed from the bus; finished files stay");
      }
    }
  }
}
