/**
 * Receives the requests to a node, checks them and handles each concurrently. Every request ends with exactly one last
 * answer, also after an error.
 */
import type { Msg } from "@nats-io/nats-core";
import { requestCodec } from "../../schemas/wire/codec.ts";
import type { AgentRequest } from "../../schemas/wire/request.ts";
import { broadcastRoot, parseRequestSubject, type RequestAddress, requestsOf } from "../../schemas/wire/subjects.ts";
import { isRequestVerb } from "../../trust/request-rules.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { errorAnswer } from "../../values/no-room.ts";
import { VERSION } from "../../values/version.ts";
import type { Connection } from "../connection/connection.ts";
import type { RequestHandler } from "../ports/node-bus.ts";
import { BusReplier } from "./replier.ts";

interface Server {
  readonly connection: Connection;
  readonly node: NodeName;
  readonly handler: RequestHandler;
}

/** Serves requests to this node and to all nodes until `signal` aborts. */
export function serveRequests(server: Server, signal: AbortSignal): void {
  const take = (message: Msg) => {
    const address = parseRequestSubject(message.subject);
    if (address !== undefined) void handle(server, address, message.data);
  };
  server.connection.subscribe(requestsOf(server.node), take, signal);
  server.connection.subscribe(broadcastRoot, take, signal);
}

async function handle({ connection, node, handler }: Server, address: RequestAddress, data: Uint8Array): Promise<void> {
  const replier = new BusReplier(connection, { node, requestId: address.requestId });
  try {
    await handler(checkedRequest(address, data), replier);
    if (!replier.ended) await replier.send({ last: true, body: { verb: "done" } });
  } catch (error) {
    await sendFailure(connection, replier, error);
  }
}

async function sendFailure(connection: Connection, replier: BusReplier, failure: unknown): Promise<void> {
  try {
    if (!replier.ended) await replier.send({ last: true, error: errorAnswer(failure) });
  } catch (error) {
    connection.problem("answer a request", error); // the client gets no answer, and tries again
  }
}

/**
 * Compares the request with its subject, because permissions are by subject.
 * @throws McpError E_INVALID_MESSAGE, and E_UNSUPPORTED for a request of a later version
 */
function checkedRequest(address: RequestAddress, data: Uint8Array): AgentRequest {
  if (!isRequestVerb(address.verb)) {
    throw new McpError("E_UNSUPPORTED", `mcp-agent ${VERSION} does not know the request "${address.verb}"`, {
      hint: "upgrade mcp-agent on this node",
    });
  }
  const request = requestCodec.decode(data);
  const { id, node, body } = request;
  if (id === address.requestId && node === address.node && body.verb === address.verb) return request;
  throw new McpError("E_INVALID_MESSAGE", "request: node, verb or id differ from the subject it was sent to");
}
