/** The services of a simulation: components that may overlap, one that owns a volume, one that owns a port; and what images do. */
import type { ComponentSpec, HealthSpec, ServiceSpec } from "../../src/schemas/service/spec.ts";
import { component } from "../helpers/builders.ts";
import type { FakeImage } from "../twin/fake-containers.ts";
import type { ImageId, Ports, ServiceId, Version } from "./acts.ts";

const REPOSITORY = "example.net/app";
/** Of all services, so that names on it are given and taken. */
const NETWORK = "simnet";

export const IMAGES: Readonly<Record<Exclude<ImageId, "gone">, FakeImage>> = {
  v1: { lines: ["v1 is up", "and waits"] },
  v2: {},
  v3: { stopMs: 200 },
  slow: { stopMs: 3_000 },
  deaf: { deaf: true },
  bad: { exitCode: 1 },
};

export const imageName = (image: ImageId) => `${REPOSITORY}:${image}`;

/** False for an image whose containers never serve. */
export const isGoodImage = (reference: string) => reference !== imageName("bad") && reference !== imageName("gone");

/** What `front` publishes where nothing else is asked for. */
const FRONT: Ports = { front: 8080 };

interface SpecOptions {
  readonly minUpMs: number;
  readonly ports?: Ports;
}

export function specFor(service: ServiceId, version: Version, { minUpMs, ports = FRONT }: SpecOptions): ServiceSpec {
  const components = Object.entries(version).map(([name, image]) => {
    const own = componentFor(service, name, { image, minUpMs });
    const hostPort = ports[name];
    return hostPort === undefined
      ? own
      : { ...own, ports: [{ hostPort, containerPort: 80, protocol: "tcp" } as const] };
  });
  return { name: service, active: true, drift: "repair", components };
}

function componentFor(
  service: ServiceId,
  name: string,
  { image, minUpMs }: { readonly image: ImageId; readonly minUpMs: number },
): ComponentSpec {
  const own = component({ name, image: imageName(image), minUpMs, network: NETWORK });
  const data = { kind: "volume", source: `${service}-data`, target: "/data", readOnly: false, options: [] } as const;
  if (name === "db") return { ...own, volumes: [data] };
  if (name === "cache") return { ...own, health: healthOf(service, name, "restart") };
  if (name === "extra") return { ...own, memoryBytes: 1e9, health: healthOf(service, name, "report") };
  return own;
}

/** The check's command names what is checked, so that a node can say how it is. */
function healthOf(service: ServiceId, name: string, onUnhealthy: HealthSpec["onUnhealthy"]): HealthSpec {
  const times = { intervalMs: 10_000, timeoutMs: 2_000, retries: 2, startPeriodMs: 0 };
  return { check: { kind: "cmd", cmd: ["check", `${service}/${name}`] }, ...times, onUnhealthy };
}

/** A container on every node that nobody declared, until somebody adopts it. */
export const STRAY: ComponentSpec = component({ name: "stray", image: imageName("v1") });
