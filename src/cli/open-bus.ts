/** How this process reaches its settings and its bus; loaded only by commands that ask for it. */
import type { AccountServer } from "../bus/admin/account-server.ts";
import type { ProvisionOptions, ProvisionReport } from "../bus/admin/provision.ts";
import { connectOperatorBus } from "../bus/bus.ts";
import { inboxOf } from "../bus/connection/credentials.ts";
import { type BusSettings, type CredsSource, plainTextWarning } from "../bus/connection/settings.ts";
import type { OperatorBus } from "../bus/ports/operator-bus.ts";
import type { SessionFacts } from "../schemas/output/login-output.ts";
import type { PinnedKeys } from "../trust/stored-intent.ts";
import { type McpError, messageOf } from "../values/error.ts";
import { present } from "../values/present.ts";
import type { SettingsChoice } from "./context/context.ts";
import { junkWarning } from "./junk/junk-text.ts";
import { currentSession, type ExchangeSettings, exchangeSettings } from "./login/session.ts";
import { readSession } from "./login/session-file.ts";
import { type CliSettings, readSettings, requireBus, type SettingsRequest } from "./settings/read-settings.ts";

type BusRequest = SettingsRequest & SettingsChoice;

/** `onLost` is called when the session of an open bus ends and cannot be renewed. */
type OpenRequest = BusRequest & { onLost?(reason: McpError): void };

/**
 * Renews the session of a login while the bus is open.
 * @param own credentials to use instead of the workstation's
 * @throws McpError E_CONFIG, E_REFUSED (also when the login is over), E_EXCHANGE, E_BUS_VERSION, E_BUS_UNREACHABLE
 */
export async function openBus(request: OpenRequest, author: string, own?: CredsSource): Promise<OperatorBus> {
  const { settings, login, keys } = await reach(request, author, own);
  const bus = await connectOperatorBus(settings, {
    ...{ author, keys, onJunk: junkWarning(request.warn) },
    onNoRemovals: (text) => request.warn?.(text),
  });
  if (login === undefined) return bus;
  const { keepSession } = await import("./login/keep-session.ts");
  const stop = keepSession(login.place, login.session, {
    now: Date.now,
    onLost: (reason) => request.onLost?.(reason),
    onProblem: (problem) => request.warn?.(`the session cannot be renewed: ${messageOf(problem)}`),
  });
  const close = () => {
    stop();
    return bus.close();
  };
  return { ...bus, close };
}

/** @throws McpError as `provision` and `openBus` */
export async function provisionBus(
  request: BusRequest,
  author: string,
  options: ProvisionOptions,
): Promise<ProvisionReport> {
  const { provision } = await import("../bus/admin/provision.ts");
  return provision(await busSettings(request, author), options);
}

/** @throws McpError E_CONFIG, E_REFUSED, E_BUS_VERSION, E_BUS_UNREACHABLE */
export async function openAccounts(request: BusRequest, author: string, creds: string): Promise<AccountServer> {
  const { connectAccountServer } = await import("../bus/admin/account-server.ts");
  return connectAccountServer((await reach(request, author, creds)).settings);
}

/** How to reach the bus; warns of plain text where the settings allow it. @throws McpError as `openBus` */
export async function busSettings(request: BusRequest, author: string): Promise<BusSettings> {
  return (await reach(request, author)).settings;
}

interface ReachableBus {
  readonly settings: BusSettings;
  readonly keys: PinnedKeys;
  /** Set where a login is used instead of credentials and can be renewed. */
  readonly login?: { readonly place: ExchangeSettings; readonly session: SessionFacts };
}

/** @param own credentials to use instead of those in the settings, or of a login */
async function reach(request: BusRequest, author: string, own?: CredsSource): Promise<ReachableBus> {
  const all = await readSettings(request);
  const bus = requireBus(all);
  const warning = bus.insecure === true ? plainTextWarning(bus) : undefined;
  if (warning !== undefined) request.warn?.(warning);
  const login = own === undefined ? await loginFor(all) : undefined;
  const creds = own ?? bus.creds ?? login?.creds;
  const settings = { ...bus, ...present({ creds }), name: `mcp ${author}`, inboxPrefix: inboxOf(creds) };
  return login?.place === undefined
    ? { settings, keys: all.trust }
    : { settings, keys: all.trust, login: { place: login.place, session: login.session } };
}

interface Login {
  /** Path of the session. */
  readonly creds: string;
  readonly session: SessionFacts;
  readonly place?: ExchangeSettings;
}

/** Undefined where the settings name credentials, which come first, or nobody has logged in. */
async function loginFor(settings: CliSettings): Promise<Login | undefined> {
  if (settings.bus?.creds !== undefined) return undefined;
  const { sessionPath: creds } = settings.auth;
  const place = exchangeSettings(settings);
  if (place !== undefined) return { creds, place, session: (await currentSession(place, Date.now())).facts };
  const session = (await readSession(creds, Date.now()))?.facts;
  return session === undefined ? undefined : { creds, session };
}
