/**
 * Image references: `[registry[:port]/]path[:tag][@algorithm:digest]`, by the grammar of the OCI distribution
 * specification (repository names, tags) and its digests. A definition names a tag or a digest, and never `latest`,
 * so that the same file always runs the same version.
 */
import type { Parsed } from "../../values/parsed.ts";

export interface ImageReference {
  /** Host, with port; absent in a short name such as `nginx:1.27`, which agents refuse. */
  readonly registry?: string;
  readonly path: string;
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/;
const PATH_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
/** Repository names longer than this are refused by registries. */
const MAX_NAME = 255;

/** Takes a reference apart. Refuses a reference that does not name one version. */
export function parseImageReference(text: string): Parsed<ImageReference> {
  if (text === "" || /\s/.test(text)) return { wrong: `"${text}" is not an image reference`, example: EXAMPLE };
  if (text.includes("://")) return { wrong: "takes no scheme", instead: `"${text.slice(text.indexOf("://") + 3)}"` };
  const [named = "", digest, ...rest] = text.split("@");
  if (rest.length > 0 || (digest !== undefined && !DIGEST.test(digest))) {
    return { wrong: `"${text}" has a malformed digest (sha256: and 64 hexadecimal digits)` };
  }
  const { name, tag } = splitTag(named);
  const { registry, path } = splitRegistry(name);
  const reference = { ...registry, path, ...tag, ...(digest === undefined ? {} : { digest }) };
  return complaint(text, reference) ?? { value: reference };
}

const EXAMPLE = '"registry.example.net/web:v1.0.0"';

/** The registry that `docker` takes for a short name. In two parts: no file of the project names a public host. */
const SHORT_NAME_REGISTRY = ["docker", "io"].join(".");

/**
 * A short name as `docker` completes it: `nginx:1.27` is `<registry>/library/nginx:1.27`, `user/name:1` is
 * `<registry>/user/name:1`. Undefined for a path of more parts, which docker's registry does not have.
 */
export function fullImageName(shortName: string): string | undefined {
  const parts = shortName.split("@")[0]?.split("/") ?? [];
  if (parts.length > 2) return undefined;
  return `${SHORT_NAME_REGISTRY}/${parts.length === 1 ? "library/" : ""}${shortName}`;
}

/** The tag follows the last colon, unless that colon belongs to the port of a registry. */
function splitTag(named: string): { name: string; tag: { tag?: string } } {
  const colon = named.lastIndexOf(":");
  if (colon <= named.lastIndexOf("/")) return { name: named, tag: {} };
  return { name: named.slice(0, colon), tag: { tag: named.slice(colon + 1) } };
}

/** A first part with a dot, a colon or capitals, or `localhost`, is a registry; anything else belongs to the path. */
function splitRegistry(name: string): { registry: { registry?: string }; path: string } {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(0, slash));
  const isRegistry = /[.:[\]]/.test(first) || first === "localhost";
  return isRegistry ? { registry: { registry: first }, path: name.slice(slash + 1) } : { registry: {}, path: name };
}

function complaint(text: string, { registry, path, tag, digest }: ImageReference) {
  if (registry !== undefined && !HOST.test(registry)) return { wrong: `"${registry}" is not a registry host` };
  if (path !== path.toLowerCase()) {
    return { wrong: "a repository is written in lower case", instead: `"${text.replace(path, path.toLowerCase())}"` };
  }
  const parts = path.split("/");
  if (
    !parts.every((part) => PATH_PART.test(part)) ||
    text.length - (tag?.length ?? 0) - (digest?.length ?? 0) > MAX_NAME
  ) {
    return { wrong: `"${path}" is not a repository name`, example: EXAMPLE };
  }
  if (tag === undefined && digest === undefined) {
    const full = registry === undefined ? fullImageName(text) : text;
    return { wrong: `has no tag and no digest: write the version too, as in ${full ?? text}:<tag>` };
  }
  if (tag !== undefined && !TAG.test(tag)) return { wrong: `"${tag}" is not a tag` };
  if (tag === "latest" && digest === undefined) {
    return { wrong: '":latest" is a different image from one day to the next: name the tag of one version' };
  }
  return undefined;
}
