/**
 * The only access to podman: HTTP requests on its Unix socket, each with its own deadline and its own failure.
 * Every call has a connection of its own (no keep-alive, no shared queue): a call that hangs does not block another, and
 * none is sent into a connection that podman is just closing. Connecting costs about 0.2 ms.
 */

import { type Dispatcher, Pool } from "undici";
import type { ErrorCode } from "../../../values/error-codes.ts";
import { parseJson } from "../../../values/json-text.ts";
import { CallDeadline } from "../call-deadline.ts";
import { unreadableAnswer } from "../decode/unreadable-answer.ts";
import { connectionError, isUnreachable, parseRefusal, type Refusal, refused } from "./errors.ts";
import type { PodmanLimits } from "./time-limits.ts";

/** Supported by podman 4.3 to 5.x. */
const API = "/v4.0.0/libpod";

/** A larger answer is invalid: a list of 10,000 containers has about 15 MB. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface PodmanRequest {
  /** For messages: "podman create web-api". */
  readonly what: string;
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the API's root, its parts URI-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** HTTP statuses that are answers; any other is a refusal. */
  readonly expect: readonly number[];
  /** For `ask` the limit of the whole call, for `open` the limit between two chunks; 0 means no limit. */
  readonly limitMs: number;
  /** The error code of a refusal; E_RUNTIME when it gives none. */
  readonly codeOf?: (refusal: Refusal) => ErrorCode | undefined;
}

/** What the operations need: access to podman, and their time limits. */
export interface PodmanContext {
  readonly call: PodmanCall;
  readonly limits: PodmanLimits;
}

export interface PodmanAnswer {
  readonly status: number;
  /** Parsed JSON, unchecked; undefined when the body is empty. */
  readonly body: unknown;
}

export interface PodmanCallOptions {
  readonly socketPath: string;
  /** Called when a call found no listener, so that podman's service can be started. */
  readonly onUnreachable?: () => void;
}

export class PodmanCall {
  readonly #pool: Pool;
  readonly #options: PodmanCallOptions;

  constructor(options: PodmanCallOptions) {
    this.#options = options;
    // pipelining 0 is undici's name for "no keep-alive"; its own time limits are off since every call has a Deadline.
    this.#pool = new Pool("http://podman", {
      socketPath: options.socketPath,
      pipelining: 0,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: 0 },
    });
  }

  /**
   * One request, one JSON answer.
   * @throws McpError E_RUNTIME_UNREACHABLE, E_RUNTIME_TIMEOUT, E_RUNTIME or the code of `codeOf`; or the signal's reason.
   */
  async ask(request: PodmanRequest, signal: AbortSignal): Promise<PodmanAnswer> {
    const deadline = new CallDeadline(request.what, request.limitMs, signal);
    try {
      const response = await this.#send(request, deadline);
      const text = await readText(response.body, request.what);
      if (!request.expect.includes(response.statusCode)) throw this.#refused(request, response.statusCode, text);
      return { status: response.statusCode, body: parse(text, request.what) };
    } catch (failure) {
      throw this.#errorOf(request, deadline, failure);
    } finally {
      deadline.end();
    }
  }

  /**
   * A request whose answer is a stream: `onOpen` is called when podman has accepted it, then the bytes follow.
   * Leaving the loop closes the connection. Throws like `ask`.
   */
  async *open(request: PodmanRequest, signal: AbortSignal, onOpen?: () => void): AsyncGenerator<Buffer> {
    const deadline = new CallDeadline(request.what, request.limitMs, signal);
    try {
      const response = await this.#send(request, deadline);
      if (!request.expect.includes(response.statusCode)) {
        throw this.#refused(request, response.statusCode, await readText(response.body, request.what));
      }
      onOpen?.();
      deadline.touch();
      for await (const chunk of response.body) {
        deadline.pause();
        yield chunk;
        deadline.touch();
      }
    } catch (failure) {
      throw this.#errorOf(request, deadline, failure);
    } finally {
      deadline.end();
    }
  }

  /** Ends every call under way. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  #send(request: PodmanRequest, deadline: CallDeadline): Promise<Dispatcher.ResponseData> {
    const { method, path, query = {}, body } = request;
    const search = new URLSearchParams(query).toString();
    return this.#pool.request({
      method,
      path: `${API}${path}${search === "" ? "" : `?${search}`}`,
      signal: deadline.signal,
      // Without this type podman reads a body as a form and finds nothing in it.
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  }

  #refused(request: PodmanRequest, status: number, text: string) {
    const refusal = parseRefusal(status, text);
    return refused(request.codeOf?.(refusal) ?? "E_RUNTIME", request.what, refusal);
  }

  #errorOf(request: PodmanRequest, deadline: CallDeadline, failure: unknown): unknown {
    if (deadline.signal.aborted) return deadline.reasonOf(failure);
    if (isUnreachable(failure)) this.#options.onUnreachable?.();
    return connectionError(request.what, this.#options.socketPath, failure);
  }
}

async function readText(body: AsyncIterable<Buffer>, what: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw unreadableAnswer(what, `exceeds ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string, what: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return parseJson(text);
  } catch (cause) {
    throw unreadableAnswer(what, "is not JSON", cause);
  }
}
