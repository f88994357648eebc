/**
 * One attempt to connect, as both programs do it. What happens after the first success (reconnecting for ever) is the
 * client's business, configured here; what happens before it is connection.ts's.
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

/** A first connection that is not up by then has failed; with several servers each gets at least half of it. */
export const CONNECT_TIMEOUT_MS = 3000;

/** After two unanswered pings the connection is lost: noticed after 15 s. */
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
    // Without it two authentication errors close the connection for good, and credentials may be renewed any moment.
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
    ...(settings.creds === undefined ? {} : { authenticator: fileAuthenticator(settings.creds) }),
    // Given, it also makes the client refuse a server without TLS; the scheme of an address alone would not.
    ...(wantsTls(settings) && !overWebSocket(settings) ? { tls: tlsOptions(settings) } : {}),
    // Servers that it announces may be on other machines, which would then be reached in plain text.
    ignoreClusterUpdates: !wantsTls(settings) && settings.insecure !== true,
  };
}

const overWebSocket = ({ servers }: BusSettings) => servers.some(isWebSocket);

/** For Node, to which the client hands on what it does not know itself. */
interface TlsOptions {
  readonly caFile?: string;
  readonly ca?: string;
  readonly checkServerIdentity: ReturnType<typeof identityCheck>;
}

/** A file of one's own is read again by the client at every connect. @throws McpError E_CONFIG when it is unusable now */
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
 * Tries each server once, and finds out why it failed (diagnose.ts).
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
 * The same without the diagnosis, for programs that try again and again.
 * @param waitMs how long the client later waits between attempts to reconnect
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

/** Waits for the connection; one that comes up after the deadline is closed again. */
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

/** For the client's "timeout", which says nothing more. */
export function noAnswer(what: string): McpError {
  return new McpError("E_BUS_UNREACHABLE", `${what}: no answer within ${CONNECT_TIMEOUT_MS / 1000} s`, {
    hint: "check host and port in `servers` under [bus], firewalls on the way, and that the server runs: `mcp doctor`",
  });
}
