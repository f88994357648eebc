/** Keys about names: the container's own, those that it resolves by itself, and whom it asks for all others. */
import { isIP } from "node:net";
import { textAt, textsAt } from "../../values/json-tree.ts";
import type { Parsed } from "../../values/parsed.ts";
import { each, one, row } from "./row.ts";

/** The address of the node, in `extra_hosts`. */
export const HOST_GATEWAY = "host-gateway";

const MAX_HOSTNAME = 64;
const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)*$/;

function parseHostname(text: string): Parsed<string> {
  if (!HOST_NAME.test(text)) return { wrong: `"${text}" is not a host name`, example: '"db.example.net"' };
  if (text.length <= MAX_HOSTNAME) return { value: text };
  return { wrong: `has ${text.length} characters; Linux allows ${MAX_HOSTNAME}` };
}

/** `name:address`, or `name=address` as compose also writes it. */
function parseExtraHost(text: string): Parsed<string> {
  const [, name = "", address = ""] = /^([^:=]+)[:=](.+)$/.exec(text) ?? [];
  const plain = address.replace(/^\[(.*)\]$/, "$1");
  if (HOST_NAME.test(name) && (plain === HOST_GATEWAY || isIP(plain) > 0)) return { value: `${name}:${plain}` };
  return { wrong: `"${text}" does not have the form name:address`, example: '"db.example.net:10.0.0.5"' };
}

function parseServer(text: string): Parsed<string> {
  return isIP(text) > 0 ? { value: text } : { wrong: `"${text}" is not an IP address`, example: '"9.9.9.9"' };
}

function parseDomain(text: string): Parsed<string> {
  return text === "." || HOST_NAME.test(text) ? { value: text } : { wrong: `"${text}" is not the name of a domain` };
}

/** Of each element itself. */
const itself = (what: string) => ({ what, of: (text: string) => text });
const unlessEmpty = (value: readonly string[]) => (value.length === 0 ? undefined : value);

export const NAME_ROWS = {
  hostname: row("hostname", "hostname", {
    example: '"db.example.net"',
    silence: "the name of the component; on the network of the node, the node's own",
    parse: one(parseHostname),
    write: (value) => value,
    toPodman: (value) => ({ hostname: value }),
    read: (container) => textAt(container, "Config", "Hostname") || undefined,
    said: (value, { container, component, nodeHostname = value }) => {
      const own = textAt(container, "HostConfig", "NetworkMode") === "host" ? nodeHostname : component;
      return value === own || value === textAt(container, "Id").slice(0, 12) ? undefined : value;
    },
  }),
  extra_hosts: row("extra_hosts", "extraHosts", {
    example: '["db.example.net:10.0.0.5"]',
    silence: "none",
    parse: each(parseExtraHost, itself("host")),
    write: (value) => [...value],
    toPodman: (value) => ({ hostadd: value }),
    read: (container) => textsAt(container, "HostConfig", "ExtraHosts"),
    said: unlessEmpty,
  }),
  dns: row("dns", "dns", {
    example: '["9.9.9.9"]',
    silence: "the servers of the network or of the node",
    parse: each(parseServer, itself("server")),
    write: (value) => [...value],
    toPodman: (value) => ({ dns_server: value }),
    read: (container) => textsAt(container, "HostConfig", "Dns"),
    said: unlessEmpty,
  }),
  dns_search: row("dns_search", "dnsSearch", {
    example: '["example.net"]',
    silence: "the domains of the network or of the node",
    parse: each(parseDomain, itself("domain")),
    write: (value) => [...value],
    toPodman: (value) => ({ dns_search: value }),
    read: (container) => textsAt(container, "HostConfig", "DnsSearch"),
    said: unlessEmpty,
  }),
};
