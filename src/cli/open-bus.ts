/** The ways of this process to its settings and its bus; loaded only by commands that ask for them. */
import type { AccountServer } from "../bus/account-server.ts";
import { connectOperatorBus } from "../bus/bus.ts";
import { inboxOf } from "../bus/credentials.ts";
import type { OperatorBus } from "../bus/operator-bus.ts";
import { type ProvisionOptions, type ProvisionReport, provision } from "../bus/provision.ts";
import { type BusSettings, plainTextWarning } from "../bus/settings.ts";
import type { SettingsChoice } from "./context.ts";
import { readSettings, requireBus, type SettingsPlace } from "./settings/read-settings.ts";

type Place = SettingsPlace & SettingsChoice;

/** @throws McpError E_CONFIG, E_REFUSED, E_BUS_VERSION, E_BUS_UNREACHABLE */
export async function openBus(place: Place, author: string): Promise<OperatorBus> {
  return connectOperatorBus(await busSettings(place, author), { author });
}

/** @throws McpError as `provision` and `openBus` */
export async function provisionBus(place: Place, author: string, options: ProvisionOptions): Promise<ProvisionReport> {
  return provision(await busSettings(place, author), options);
}

/** @throws McpError E_CONFIG, E_REFUSED, E_BUS_VERSION, E_BUS_UNREACHABLE */
export async function openAccounts(place: Place, author: string, creds: string): Promise<AccountServer> {
  const { connectAccountServer } = await import("../bus/account-server.ts");
  return connectAccountServer({ ...(await busSettings(place, author)), creds });
}

/** How to reach the bus; warns of plain text where the settings allow it. @throws McpError E_CONFIG */
export async function busSettings(place: Place, author: string): Promise<BusSettings> {
  const bus = requireBus(await readSettings(place));
  const warning = bus.insecure === true ? plainTextWarning(bus) : undefined;
  if (warning !== undefined) place.warn?.(warning);
  return { ...bus, name: `mcp ${author}`, inboxPrefix: inboxOf(bus.creds) };
}
