/**
 * One attempt to connect. After the first success the NATS client reconnects by itself, as configured here; before it,
 * connection.ts repeats the attempt.
 */
import { type ConnectionOptions, deferred, errors, type NatsConnection } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import { isWebSocket } from "../../schemas/wire/bus-address.ts";
import { trustedRoots } from "../../tls/trusted-roots.ts";
import { McpError } from "../../values/error.ts";
import { authError, isAuthFailure } from "./auth-error.ts";
import { fileAuthenticator } from "./credentials.ts";
import { diagnosed } from "./diagnose.ts";
import { RefusalBackoff } from "./refusal-backoff.ts";
import { checkServerVersion } from "./server-version.ts";
import { type BusSettings, checkSettings, wantsTls } from "./settings.ts";
import { certificateHint, certificateProblem, identityCheck } from "./tls.ts";

/** Deadline of the first connection. With several servers, each gets half of it. */
export const CONNECT_TIMEOUT_MS = 3000;

/** Two unanswered pings end the connection: after 15 s at most. */
const PING_INTERVAL_MS = 5000;
const MAX_PINGS_OUT = 2;

function connectionOptions(settings: BusSettings, waitMs: () => number): ConnectionOptions {
  return {
    servers: [...settings.servers],
    name: settings.name,
    inboxPrefix: settings.inboxPrefix,
    timeout: dialTimeoutMs(settings),
    maxReconnectAttempts: -1,
    reconnectDelayHandler: waitMs,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: MAX_PINGS_OUT,
    // Without it, two authentication errors close the connection for good. Credentials may be renewed at any moment.
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
    ...(settings.creds === undefined ? {} : { authenticator: fileAuthenticator(settings.creds) }),
    // With `tls` the client also refuses a server without TLS; the scheme of an address is not enough for that.
    ...(wantsTls(settings) && !overWebSocket(settings) ? { tls: tlsOptions(settings) } : {}),
    // The server may announce others on other machines, which would then be reached in plain text.
    ignoreClusterUpdates: !wantsTls(settings) && settings.insecure !== true,
  };
}

const overWebSocket = ({ servers }: BusSettings) => servers.some(isWebSocket);

/** The client passes options that it does not know to Node. */
interface TlsOptions {
  readonly caFile?: string;
  readonly ca?: string;
  readonly checkServerIdentity: ReturnType<typeof identityCheck>;
}

/** The client reads a `ca` file again at every connect. @throws McpError E_CONFIG if the file is not usable now */
function tlsOptions({ ca, servers }: BusSettings): TlsOptions {
  const roots = trustedRoots(ca);
  const check = { checkServerIdentity: identityCheck(servers) };
  if (ca !== undefined) return { ...check, caFile: ca };
  return roots === undefined ? check : { ...check, ca: roots.join("\n") };
}

const dialTimeoutMs = ({ servers }: BusSettings) =>
  servers.length === 1 ? CONNECT_TIMEOUT_MS : CONNECT_TIMEOUT_MS / 2;
const deadlineMs = (settings: BusSettings) => dialTimeoutMs(settings) * settings.servers.length;

/**
 * Tries each server once. If all fail, finds out why (diagnose.ts).
 * @throws McpError E_CONFIG, E_REFUSED (plain text, credentials), E_BUS_VERSION, E_BUS_UNREACHABLE with the cause.
 */
export async function dial(settings: BusSettings, waitMs?: () => number): Promise<NatsConnection> {
  try {
    return await dialOnly(settings, waitMs);
  } catch (error) {
    throw await diagnosed(settings, error);
  }
}

/**
 * As `dial`, without the diagnosis, for programs that retry.
 * @param waitMs pause between later attempts to reconnect, in milliseconds
 * @throws as dial
 */
export async function dialOnly(
  settings: BusSettings,
  waitMs: () => number = new RefusalBackoff().waitMs,
): Promise<NatsConnection> {
  checkSettings(settings);
  const connection = await beforeDeadline(open(settings, waitMs), settings);
  try {
    checkServerVersion(connection.info?.version ?? "");
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function open(settings: BusSettings, waitMs: () => number): Promise<NatsConnection> {
  const options = connectionOptions(settings, waitMs);
  if (!overWebSocket(settings)) return await connect(options);
  return await (await import("./web-socket.ts")).connectWebSocket(options, settings.ca);
}

/** Waits for the connection. One that is established after the deadline is closed. */
async function beforeDeadline(connecting: Promise<NatsConnection>, settings: BusSettings): Promise<NatsConnection> {
  const waiting = deferred<never>();
  const timer = setTimeout(() => waiting.reject(new errors.TimeoutError()), deadlineMs(settings));
  try {
    return await Promise.race([connecting, waiting]);
  } catch (error) {
    connecting.then((connection) => connection.close()).catch(() => undefined);
    throw unreachable(settings, error);
  } finally {
    clearTimeout(timer);
  }
}

function unreachable(settings: BusSettings, cause: unknown): McpError {
  if (cause instanceof McpError) return cause;
  if (isAuthFailure(cause)) return authError(settings, cause);
  const what = `cannot reach the bus at ${settings.servers.join(", ")}`;
  if (cause instanceof errors.TimeoutError) return noAnswer(what);
  const problem = certificateProblem(cause);
  const hint = problem === undefined ? {} : { hint: certificateHint(problem, settings.ca) };
  return new McpError("E_BUS_UNREACHABLE", what, { cause, ...hint });
}

/** Replaces the client's error, which says only "timeout". */
export function noAnswer(what: string): McpError {
  return new McpError("E_BUS_UNREACHABLE", `${what}: no answer within ${CONNECT_TIMEOUT_MS / 1000} s`, {
    hint: "check host and port in `servers` under [bus], firewalls on the way, and that the server runs: `mcp doctor`",
  });
}
