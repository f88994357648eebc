/** The ways of this process to its settings and its bus; loaded only by commands that ask for them. */
import { connectOperatorBus } from "../bus/bus.ts";
import { inboxOf } from "../bus/credentials.ts";
import type { OperatorBus } from "../bus/operator-bus.ts";
import { type ProvisionOptions, type ProvisionReport, provision } from "../bus/provision.ts";
import type { BusSettings } from "../bus/settings.ts";
import { readSettings, requireBus, type SettingsPlace } from "./settings/read-settings.ts";

/** @throws McpError E_CONFIG, E_REFUSED, E_BUS_VERSION, E_BUS_UNREACHABLE */
export async function openBus(place: SettingsPlace, author: string): Promise<OperatorBus> {
  return connectOperatorBus(await busSettings(place, author), { author });
}

/** @throws McpError as `provision` and `openBus` */
export async function provisionBus(
  place: SettingsPlace,
  author: string,
  options: ProvisionOptions,
): Promise<ProvisionReport> {
  return provision(await busSettings(place, author), options);
}

/** How to reach the bus. @throws McpError E_CONFIG */
export async function busSettings(place: SettingsPlace, author: string): Promise<BusSettings> {
  const bus = requireBus(await readSettings(place));
  return { ...bus, name: `mcp ${author}`, inboxPrefix: inboxOf(bus.creds) };
}
