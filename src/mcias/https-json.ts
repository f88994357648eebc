/**
 * One JSON call over HTTPS to the identity service: a deadline, a bound on the answer, no redirects, and certificates
 * checked against the system's authorities or those of one file. Nothing that is sent ever gets into an error.
 */
import { type RequestOptions, request } from "node:https";
import { trustedRoots } from "../tls/trusted-roots.ts";
import { McpError } from "../values/error.ts";

export interface MciasServer {
  /** `https://host[:port][/path]` */
  readonly url: string;
  /** Path of a PEM file of authorities to trust instead of the system's. */
  readonly ca?: string;
}

export interface JsonCall {
  readonly method: "GET" | "POST";
  /** Below the server's address, with a slash in front. */
  readonly path: string;
  readonly token?: string;
  readonly body?: object;
}

export interface JsonAnswer {
  readonly status: number;
  readonly bytes: Uint8Array;
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** @throws McpError E_CONFIG for a `ca` that cannot be read, E_REFUSED for plain text, E_MCIAS when no answer comes */
export async function callMcias(server: MciasServer, call: JsonCall, signal?: AbortSignal): Promise<JsonAnswer> {
  const url = urlOf(server, call.path);
  const ca = trustedRoots(server.ca);
  const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
  const headers = {
    accept: "application/json",
    ...(body === undefined ? {} : { "content-type": "application/json", "content-length": body.length }),
    ...(call.token === undefined ? {} : { authorization: `Bearer ${call.token}` }),
  };
  const options = { method: call.method, headers, agent: false, ...(ca === undefined ? {} : { ca }) };
  try {
    return await withTimeout(signal, (either) => exchanged(url, { ...options, signal: either }, body));
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    throw unreachable(url, cause);
  }
}

function urlOf({ url }: MciasServer, path: string): URL {
  const base = new URL(url);
  if (base.protocol !== "https:") {
    throw new McpError("E_REFUSED", `MCIAS at ${base.host} would be reached in plain text`, {
      hint: 'passwords and tokens need https: write `server_url = "https://…"` under [mcias]',
    });
  }
  return new URL(base.pathname.replace(/\/+$/, "") + path, base);
}

/**
 * Runs `work` with a signal that aborts with `signal` or after TIMEOUT_MS. Nothing stays on `signal` afterwards: it can
 * live as long as the process, and Node 20 keeps each signal that `AbortSignal.any` made from it.
 */
async function withTimeout<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const timer = setTimeout(() => controller.abort(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function exchanged(url: URL, options: RequestOptions, body: Buffer | undefined): Promise<JsonAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (answer) => {
      const parts: Buffer[] = [];
      const sized = { bytes: 0 };
      answer.on("data", (part: Buffer) => {
        parts.push(part);
        sized.bytes += part.length;
        if (sized.bytes > MAX_ANSWER_BYTES) sent.destroy(new Error("the answer is too long"));
      });
      answer.once("error", reject);
      answer.once("end", () => resolve({ status: answer.statusCode ?? 0, bytes: Buffer.concat(parts) }));
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

/** Node names certificate failures by codes such as UNABLE_TO_VERIFY_LEAF_SIGNATURE and CERT_HAS_EXPIRED. */
function unreachable(url: URL, cause: unknown): McpError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (!/CERT|VERIFY|ALTNAME/.test(code)) return new McpError("E_MCIAS", `cannot reach MCIAS at ${url.host}`, { cause });
  return new McpError("E_MCIAS", `the certificate of MCIAS at ${url.host} is not trusted`, {
    cause,
    hint: "name the file of its certificate authority in the `[mcias]` section of the settings",
  });
}
