/**
 * Streams and durable consumers that are not mcp's. A stream can copy requests or files, so `mcp bus provision` and
 * `mcp doctor` name those of others.
 */
import type { StreamConfig } from "@nats-io/jetstream";
import { EVENT_STREAM, fileStream, STREAMS } from "../../schemas/wire/buckets.ts";
import { hasCode } from "../../values/error.ts";
import type { Connection } from "../connection/connection.ts";

/**
 * One line each, without an end; undefined when these credentials may not list streams. Consumers of the event stream are not among
 * them: `mcp consumer list` shows those.
 * @throws McpError E_BUS_UNREACHABLE, E_BUS
 */
export async function foreignStreams(connection: Connection): Promise<string[] | undefined> {
  try {
    return await connection.call("list the streams", async ({ jsm }) => {
      const lines: string[] = [];
      for await (const { config, state } of jsm.streams.list()) {
        if (!isOurs(config.name)) lines.push(`stream ${config.name} is not one of mcp's${sourceText(config)}`);
        // A fleet has a file bucket for each node: only those with consumers cost a request.
        else if (config.name !== EVENT_STREAM && state.consumer_count > 0) {
          for await (const { name, config: consumer } of jsm.consumers.list(config.name)) {
            if (consumer.durable_name !== undefined)
              lines.push(`consumer ${name} of ${config.name} is not one of mcp's`);
          }
        }
      }
      return lines.toSorted();
    });
  } catch (error) {
    if (hasCode(error, "E_REFUSED")) return undefined;
    throw error;
  }
}

function isOurs(name: string): boolean {
  return name.startsWith(fileStream("")) || STREAMS.some((stream) => stream.name === name);
}

/** What flows into it. */
function sourceText({ mirror, sources = [], subjects = [] }: StreamConfig): string {
  const copied = [...(mirror === undefined ? [] : [mirror]), ...sources].map(({ name }) => name);
  if (copied.length > 0) return `; it copies ${copied.join(", ")}`;
  return subjects.length === 0 ? "" : `; it stores ${subjects.join(", ")}`;
}
