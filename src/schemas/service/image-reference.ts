/**
 * Image references: `[registry[:port]/]path[:tag][@algorithm:digest]`, by the grammar of the OCI distribution
 * specification (repository names, tags) and its digests. A definition names a tag or a digest, and never `latest`,
 * so that the same file brings up the same version tomorrow.
 */
import type { Parsed } from "../../values/parsed.ts";

export interface ImageReference {
  /** Host, with port; absent when the node's own search list decides. */
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
const EXAMPLE_TAG = "v1.0.0";

/** Takes a reference apart. Refuses what would not name one version for good. */
export function parseImageReference(text: string): Parsed<ImageReference> {
  if (text === "" || /\s/.test(text)) return { wrong: `"${text}" is no image reference`, instead: EXAMPLE };
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

const EXAMPLE = `"registry.example.net/web:${EXAMPLE_TAG}"`;

/** The tag stands after the last colon, unless that colon belongs to a registry's port. */
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
  if (registry !== undefined && !HOST.test(registry)) return { wrong: `"${registry}" is no registry host` };
  if (path !== path.toLowerCase()) {
    return { wrong: "a repository is written in lower case", instead: `"${text.replace(path, path.toLowerCase())}"` };
  }
  const parts = path.split("/");
  if (
    !parts.every((part) => PATH_PART.test(part)) ||
    text.length - (tag?.length ?? 0) - (digest?.length ?? 0) > MAX_NAME
  ) {
    return { wrong: `"${path}" is no repository name`, instead: EXAMPLE };
  }
  if (tag === undefined && digest === undefined) {
    return { wrong: "names neither a tag nor a digest", instead: `"${text}:${EXAMPLE_TAG}"` };
  }
  if (tag !== undefined && !TAG.test(tag)) return { wrong: `"${tag}" is no tag` };
  if (tag === "latest" && digest === undefined) {
    return { wrong: '":latest" names another image every day', instead: `"${text.replace(/latest$/, EXAMPLE_TAG)}"` };
  }
  return undefined;
}
