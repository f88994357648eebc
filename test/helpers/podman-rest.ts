/**
 * A bare client of podman's REST socket for the tests' own checks, so that they do not lean on the client under test.
 */
import { type IncomingMessage, request } from "node:http";

export interface RestAnswer {
  readonly status: number;
  /** Parsed JSON where the answer is JSON, else the text. */
  readonly body: unknown;
}

const BASE = "/v4.0.0/libpod";

/** One call, for instance `podmanRest(socket, "POST", "/containers/create", { … })`. Fails after 30 s of silence. */
export async function podmanRest(
  socketPath: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<RestAnswer> {
  const response = await open(socketPath, method, path, body);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString()) };
}

/** Follows a stream of JSON lines (`/events?stream=true`); calls back for each until `signal` aborts. Resolves when open. */
export async function podmanStream(
  socketPath: string,
  path: string,
  signal: AbortSignal,
  onLine: (line: unknown) => void,
): Promise<void> {
  const response = await open(socketPath, "GET", path, undefined, signal);
  const rest = { text: "" };
  response.on("error", (error) => {
    if (!signal.aborted) throw error;
  });
  response.on("data", (chunk: Buffer) => {
    const lines = (rest.text + chunk.toString()).split("\n");
    rest.text = lines.pop() ?? "";
    for (const line of lines) if (line !== "") onLine(JSON.parse(line));
  });
}

function open(
  socketPath: string,
  method: string,
  path: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { host: "podman", "content-type": "application/json" }; // else podman reads the body as a form
    const options = {
      socketPath,
      method,
      path: BASE + path,
      headers,
      ...(signal === undefined ? { timeout: 30_000 } : { signal }),
    };
    const call = request(options, resolve);
    call.once("timeout", () => call.destroy(new Error(`podman did not answer ${method} ${path}`)));
    call.once("error", reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // an empty answer, logs, or the lines of a pull
  }
}
