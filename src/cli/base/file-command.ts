/** What `mcp push` and `mcp pull` share: how files are moved, how their failures and Ctrl-C are told. */
import { type Move, type MovedAll, moveAll } from "../files/move-all.ts";
import { BaseCommand } from "./base-command.ts";

/** After Ctrl-C: to tell the node, and to remove from the bus what is there. */
const LETTING_GO_MS = 5_000;

export abstract class FileCommand extends BaseCommand {
  protected override lettingGoMs(): number {
    return LETTING_GO_MS;
  }

  /** @throws McpError when the only file fails; of several the failures are told and given back */
  protected async move(moves: readonly Move[]): Promise<MovedAll> {
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
        this.out.note("interrupted: what was under way is dropped and removed from the bus; finished files stay");
      }
    }
  }
}
