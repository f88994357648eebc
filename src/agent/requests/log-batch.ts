/** Log lines on their way to an operator: collected, and sent together, one answer at a time. */
import type { Replier } from "../../bus/ports/node-bus.ts";
import type { LogLine } from "../../schemas/wire/request.ts";

/** Lines and characters of one answer; well below the bus's payload limit of 1 MiB. */
const BATCH_LINES = 500;
const BATCH_CHARACTERS = 128 * 1024;

export class LogBatch {
  readonly #replier: Replier;
  #lines: LogLine[] = [];
  #characters = 0;
  #sending: Promise<void> = Promise.resolve();

  constructor(replier: Replier) {
    this.#replier = replier;
  }

  async add(line: LogLine): Promise<void> {
    this.#lines.push(line);
    this.#characters += line.line.length;
    if (this.#lines.length >= BATCH_LINES || this.#characters >= BATCH_CHARACTERS) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#lines.length === 0) return await this.#sending;
    const lines = this.#lines;
    this.#lines = [];
    this.#characters = 0;
    this.#sending = this.#sending.then(() => this.#replier.send({ last: false, body: { verb: "logs", lines } }));
    await this.#sending;
  }
}
