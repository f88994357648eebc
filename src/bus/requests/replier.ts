/** Sends the answers to one request: numbered from 0, each flushed to the server before the next, with exactly one last. */

import { replyCodec } from "../../schemas/wire/codec.ts";
import type { AgentReply } from "../../schemas/wire/request.ts";
import { replySubject } from "../../schemas/wire/subjects.ts";
import { McpError } from "../../values/error.ts";
import { errorAnswer } from "../../values/no-room.ts";
import type { Connection } from "../connection/connection.ts";
import { PAYLOAD_HINT } from "../connection/server-limits.ts";
import type { Replier } from "../ports/node-bus.ts";

export interface ReplyAddress {
  readonly node: string;
  readonly requestId: string;
}

export class BusReplier implements Replier {
  readonly #connection: Connection;
  readonly #to: ReplyAddress;
  #sequence = 0;
  #ended = false;

  constructor(connection: Connection, to: ReplyAddress) {
    this.#connection = connection;
    this.#to = to;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /**
   * An answer that exceeds the server's limit is replaced by an error and ends the request.
   * @throws McpError E_BUS_UNREACHABLE, E_BUS (too large, or sent after the last one)
   */
  async send(reply: Pick<AgentReply, "body" | "error" | "last">): Promise<void> {
    if (this.#ended) throw new McpError("E_BUS", `request ${this.#to.requestId} is already answered`);
    const bytes = this.#encode(reply);
    const limit = this.#connection.requireConnected("answer").nc.info?.max_payload ?? bytes.length;
    if (bytes.length <= limit) return this.#publish(bytes, reply.last);
    const tooLarge = new McpError(
      "E_BUS",
      `an answer of ${bytes.length} bytes exceeds the server's limit of ${limit}`,
      {
        hint: PAYLOAD_HINT,
      },
    );
    await this.#publish(this.#encode({ last: true, error: errorAnswer(tooLarge) }), true);
    throw tooLarge;
  }

  #encode(reply: Pick<AgentReply, "body" | "error" | "last">): Uint8Array {
    const { node, requestId: id } = this.#to;
    return replyCodec.encode({ version: 1, id, node, sequence: this.#sequence, ...reply });
  }

  async #publish(bytes: Uint8Array, last: boolean): Promise<void> {
    this.#sequence += 1;
    this.#ended = last;
    await this.#connection.call(`answer request ${this.#to.requestId}`, async ({ nc }) => {
      nc.publish(replySubject(this.#to.node, this.#to.requestId), bytes);
      await nc.flush();
    });
  }
}
