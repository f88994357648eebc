/**
 * Networks, and which containers are attached to them under which names. Podman can give a running container other names only
 * by detaching it and attaching it again.
 */
import { LABEL } from "../../../schemas/service/labels.ts";
import { entriesAt, textAt, textsAt } from "../../../values/json-tree.ts";
import type { NetworkAddress, NetworkMembership } from "../runtime.ts";
import type { PodmanContext, PodmanRequest } from "./call.ts";
import { isHostOrNone } from "./create-body.ts";
import { containerPath } from "./requests.ts";

/** Creates the network (with DNS between its containers) when it is missing. */
export async function ensureNetwork(context: PodmanContext, name: string, signal: AbortSignal): Promise<void> {
  if (isHostOrNone(name)) return;
  const { call, limits } = context;
  const exists = { what: `podman network ${name}`, method: "GET", path: pathOf(name, "exists") } as const;
  const { status } = await call.ask({ ...exists, expect: [204, 404], limitMs: limits.askMs }, signal);
  if (status === 204) return;
  const body = { name, driver: "bridge", dns_enabled: true };
  const create = { what: `podman network create ${name}`, method: "POST", path: "/networks/create", body } as const;
  // 409: somebody else created it in between.
  await call.ask({ ...create, expect: [200, 409], limitMs: limits.changeMs }, signal);
}

interface Attached {
  readonly id: string;
  readonly network: string;
}

/** @returns the address that it had there; undefined when it had none */
export async function leaveNetwork(
  context: PodmanContext,
  { id, network }: Attached,
  signal: AbortSignal,
): Promise<NetworkAddress | undefined> {
  const container = await inspect(context, id, signal);
  const [, attached] = networksOf(container).find(([name]) => name === network) ?? [];
  if (attached === undefined) return undefined;
  const what = `podman network disconnect ${network}`;
  // 404: somebody else detached it in between.
  await change(
    context,
    { what, path: pathOf(network, "disconnect"), body: { Container: id }, expect: [200, 404] },
    signal,
  );
  const ips = ["IPAddress", "GlobalIPv6Address"].map((field) => textAt(attached, field)).filter((ip) => ip !== "");
  return ips.length === 0 ? undefined : { ips, mac: textAt(attached, "MacAddress") };
}

export async function joinNetwork(
  context: PodmanContext,
  { id, network, names, address }: NetworkMembership & Attached,
  signal: AbortSignal,
): Promise<void> {
  const fixed = address === undefined ? {} : { static_ips: address.ips, static_mac: address.mac };
  const body = { container: id, aliases: names, ...fixed };
  const what = `podman network connect ${network}`;
  await change(context, { what, path: pathOf(network, "connect"), body, expect: [200] }, signal);
}

/** Podman's text when another container has the address that this one was given. */
export function isAddressTaken(error: unknown): boolean {
  return /requested ip address \S+ is already allocated/.test(String(error));
}

/**
 * Lets podman choose the addresses of a stopped container again. It stores the address that a container joined with, and gives
 * addresses to others in the order of their starts, so after a reboot another container may have this one's.
 * @returns false for a container that somebody else made: its fixed address is meant
 */
export async function releaseAddresses(context: PodmanContext, id: string, signal: AbortSignal): Promise<boolean> {
  const container = await inspect(context, id, signal);
  if (textAt(container, "Config", "Labels", LABEL.attempt) === "") return false;
  for (const [network, attached] of networksOf(container)) {
    const names = textsAt(attached, "Aliases").filter((name) => name !== id.slice(0, 12)); // podman adds this one itself
    await leaveNetwork(context, { id, network }, signal);
    await joinNetwork(context, { id, network, names }, signal);
  }
  return true;
}

async function inspect({ call, limits }: PodmanContext, id: string, signal: AbortSignal): Promise<unknown> {
  const request = { what: "podman inspect", method: "GET", path: containerPath(id, "/json") } as const;
  return (await call.ask({ ...request, expect: [200], limitMs: limits.askMs }, signal)).body;
}

const networksOf = (container: unknown) => entriesAt(container, "NetworkSettings", "Networks");

const pathOf = (network: string, verb: string) => `/networks/${encodeURIComponent(network)}/${verb}`;

/** The answer is "OK", which is not JSON, so the body is not read. */
async function change(
  { call, limits }: PodmanContext,
  request: Pick<PodmanRequest, "what" | "path" | "body" | "expect">,
  signal: AbortSignal,
): Promise<void> {
  for await (const _ of call.open({ ...request, method: "POST", limitMs: limits.changeMs }, signal)) return;
}
