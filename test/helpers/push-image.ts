/**
 * Puts an image into a registry over the OCI distribution protocol, layer by layer, without podman and without a builder.
 * Nothing of it is in any podman's storage afterwards, so a deploy has to pull.
 */
import { createHash } from "node:crypto";

export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly StopSignal?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Labels?: Readonly<Record<string, string>>;
}

export interface ImageContents {
  /** Uncompressed tar archives, lowest first. */
  readonly layers: readonly Buffer[];
  readonly config: ImageConfig;
}

export interface PushedImage {
  /** `127.0.0.1:port/name:tag` */
  readonly reference: string;
  /** Digest of the manifest: `sha256:…` */
  readonly digest: string;
}

const TYPES = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
} as const;

/** The repository whose layers other repositories may take over without another upload. */
const SHARING = "hello";

/** Uploads the image as `name:tag`; pushing other contents to the same tag moves it. */
export async function pushImage(registry: string, nameAndTag: string, image: ImageContents): Promise<PushedImage> {
  const [name = "", tag = "latest"] = nameAndTag.split(":");
  const repository = `http://${registry}/v2/${name}`;
  const config = Buffer.from(JSON.stringify(configOf(image)));
  for (const blob of [...image.layers, config]) await uploadBlob(repository, blob);
  const describe = (mediaType: string, blob: Buffer) => ({ mediaType, digest: digestOf(blob), size: blob.length });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: TYPES.manifest,
      config: describe(TYPES.config, config),
      layers: image.layers.map((layer) => describe(TYPES.layer, layer)),
    }),
  );
  await send("PUT", `${repository}/manifests/${tag}`, manifest, TYPES.manifest);
  return { reference: `${registry}/${name}:${tag}`, digest: digestOf(manifest) };
}

function configOf({ layers, config }: ImageContents): object {
  const architecture = { x64: "amd64", arm64: "arm64" }[process.arch as string] ?? process.arch;
  return { architecture, os: "linux", config, rootfs: { type: "layers", diff_ids: layers.map(digestOf) } };
}

/** Asks the registry to take the blob over from `SHARING` first, which answers 201; otherwise it opens an upload. */
async function uploadBlob(repository: string, blob: Buffer): Promise<void> {
  const digest = digestOf(blob);
  const upload = await send("POST", `${repository}/blobs/uploads/?mount=${digest}&from=${SHARING}`);
  if (upload.status === 201) return;
  const location = new URL(upload.headers.get("location") ?? "", repository);
  location.searchParams.set("digest", digest);
  await send("PUT", location.href, blob, "application/octet-stream");
}

async function send(method: string, url: string, body?: Buffer, type?: string): Promise<Response> {
  const headers: Record<string, string> = type === undefined ? {} : { "content-type": type };
  const response = await fetch(url, { method, headers, body: body === undefined ? null : new Uint8Array(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return response;
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
