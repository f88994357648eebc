/**
 * Compares what a container has with the spec that its label names, field by field. Pure. A field that the container's maker may
 * write in another form (podman drops the tag of `name:tag@digest`), or that this node cannot enforce, is not a difference.
 */
import type { ContainerFields } from "../../../schemas/container/fields.ts";
import { comparedContainer, withoutContainerFields } from "../../../schemas/container/rows.ts";
import { diffComponentFields } from "../../../schemas/service/diff.ts";
import type { FieldDifference } from "../../../schemas/service/drift.ts";
import { LABEL } from "../../../schemas/service/labels.ts";
import { formatPort } from "../../../schemas/service/port-text.ts";
import type { ComponentSpec, PortSpec, VolumeSpec } from "../../../schemas/service/spec.ts";
import type { containerPart } from "../../../schemas/service/spec-hash.ts";
import { containerName, type ServiceName } from "../../../values/names.ts";
import type { ObservedContainer } from "../model/classify.ts";

/** A container with its settings, and the spec that it was made from. */
interface Compared {
  readonly want: ComponentSpec;
  readonly container: ObservedContainer;
  readonly has: NonNullable<ObservedContainer["has"]>;
  /** Adopted containers were made by others, and have more than a spec can say. */
  readonly isOurs: boolean;
}

type Field = Exclude<keyof ReturnType<typeof containerPart>, keyof ContainerFields>;

/** Of each field the value that the container has, or the wanted one where both mean the same. */
type Fields = { readonly [F in Field]: (compared: Compared) => ComponentSpec[F] };

/** Fixed when the container is created, and not comparable with what the image adds: the label stands for them. */
const byLabel =
  <F extends Field>(field: F) =>
  ({ want }: Compared): ComponentSpec[F] =>
    want[field];

const FIELDS: Fields = {
  name: byLabel("name"),
  user: byLabel("user"),
  cmd: byLabel("cmd"),
  readOnly: byLabel("readOnly"),
  capDrop: byLabel("capDrop"),
  labels: byLabel("labels"),
  stopTimeoutMs: byLabel("stopTimeoutMs"),
  image: ({ want, container, isOurs }) =>
    isOurs && !isSameImage(want.image, container.image) ? container.image : want.image,
  network: networkOf,
  ports: ({ want, has, isOurs }) => (isOurs && textOf(want.ports) !== textOf(has.ports) ? has.ports : want.ports),
  volumes: ({ want, has, isOurs }) =>
    isOurs && !want.volumes.every(isMountedIn(has.volumes)) ? has.volumes : want.volumes,
  env: ({ want, has, isOurs }) => (isOurs ? envOf(want.env, has.env) : want.env),
  restart: ({ want, has }) => {
    const isSame = want.restart.policy === has.restart.policy && want.restart.retries === has.restart.retries;
    return isSame ? want.restart : has.restart;
  },
  memoryBytes: ({ want, has, container }) =>
    container.enforced?.memory === true && Math.abs((want.memoryBytes ?? 0) - (has.memoryBytes ?? 0)) >= LARGEST_PAGE
      ? has.memoryBytes
      : want.memoryBytes,
  cpus: ({ want, has, container }) =>
    container.enforced?.cpus === true && Math.abs((want.cpus ?? 0) - (has.cpus ?? 0)) >= CPUS_STEP
      ? has.cpus
      : want.cpus,
};

/** The kernel counts memory in whole pages. */
const LARGEST_PAGE = 65_536;

/** Podman counts CPUs in whole microseconds of a tenth of a second, and we read them in thousandths. */
const CPUS_STEP = 0.001;

/** Empty when nothing differs, and when the container has not been inspected. */
export function changedSettings(
  service: ServiceName,
  want: ComponentSpec,
  container: ObservedContainer,
): FieldDifference[] {
  const { has } = container;
  if (has === undefined) return [];
  const compared = { want, container, has, isOurs: container.labels[LABEL.attempt] !== undefined };
  const now = Object.fromEntries(Object.entries(FIELDS).map(([field, read]) => [field, read(compared)]));
  const keys = comparedContainer(want, has.fields);
  return [
    ...diffComponentFields(want, { ...withoutContainerFields(want), ...now, ...keys }),
    ...lostName(service, compared),
  ];
}

/** The name in its network that the container lost. Its component's own name depends on who else used the network when it came up. */
function lostName(service: ServiceName, { want, has, isOurs }: Compared): FieldDifference[] {
  const names = want.network === undefined || !isOurs ? undefined : has.networks[want.network];
  const name = containerName(service, want.name);
  return names === undefined || names.includes(name) ? [] : [{ field: "network alias", want: name, have: "none" }];
}

/** All its networks: the wanted one and no other. Without one in the spec podman's default is as good as any. */
function networkOf({ want, has, isOurs }: Compared): string | undefined {
  if (want.network === undefined) return undefined;
  if (has.networkMode === "host" || has.networkMode === "none") return has.networkMode;
  const names = Object.keys(has.networks).toSorted();
  if (names.includes(want.network) && (names.length === 1 || !isOurs)) return want.network;
  return names.length === 0 ? undefined : names.join(", ");
}

/** Podman shows `name:tag@digest` as `name@digest`. */
function isSameImage(want: string, have: string): boolean {
  const [name = "", digest] = want.split("@");
  if (want === have || digest === undefined) return want === have;
  const colon = name.lastIndexOf(":");
  return have === `${colon > name.lastIndexOf("/") ? name.slice(0, colon) : name}@${digest}`;
}

/** Podman shows every address as none, or as 0.0.0.0, and in an order of its own. */
function textOf(ports: readonly PortSpec[]): string {
  const everywhere = ({ hostAddress, ...port }: PortSpec) =>
    hostAddress === undefined || hostAddress === "0.0.0.0" ? port : { hostAddress, ...port };
  return ports
    .map((port) => formatPort(everywhere(port)))
    .toSorted()
    .join(" ");
}

/** Images and people add volumes; options are not visible in every mount. */
const isMountedIn =
  (mounts: readonly VolumeSpec[]) =>
  ({ kind, source, target, readOnly }: VolumeSpec): boolean =>
    mounts.some(
      (mount) =>
        mount.kind === kind && mount.source === source && mount.target === target && mount.readOnly === readOnly,
    );

/** Podman sets these itself. */
const SET_BY_PODMAN = ["HOSTNAME", "container"];

/** The image and podman add variables, which are not compared. */
function envOf(want: ComponentSpec["env"], have: ComponentSpec["env"]): ComponentSpec["env"] {
  const isSame = ([key, value]: [string, string]) => SET_BY_PODMAN.includes(key) || have[key] === value;
  if (Object.entries(want).every(isSame)) return want;
  return Object.fromEntries(Object.keys(want).flatMap((key) => (have[key] === undefined ? [] : [[key, have[key]]])));
}
