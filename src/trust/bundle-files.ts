/**
 * Parses a bundle, and gives the files to write on the node or workstation that joins. Pure: the programs read and write
 * the files. Rule: an error names the file, never its content.
 */
import type { NodeBundle, OperatorBundle } from "../schemas/wire/bundle.ts";
import { nodeBundleCodec, operatorBundleCodec } from "../schemas/wire/codec.ts";
import { McpError } from "../values/error.ts";
import { checkBundle } from "./check-bundle.ts";

type Bundle = NodeBundle | OperatorBundle;

export interface BundleFile {
  readonly name: string;
  readonly text: string;
}

/** The `[bus]` section of a settings file; paths are relative to that file. */
export interface BundleBusSection {
  readonly servers: readonly string[];
  readonly creds: string;
  readonly ca: string | undefined;
  readonly domain: string | undefined;
}

const CA_NAME = "ca.pem";

/** @throws McpError E_CONFIG naming `path` if the text is not a complete node bundle */
export function parseNodeBundle(path: string, text: string): NodeBundle {
  const hint = "`mcp node add <name>` on a workstation writes <name>.bundle";
  return checked(path, () => nodeBundleCodec.decode(Buffer.from(text)), { message: "is not a node bundle", hint });
}

/** @throws McpError E_CONFIG naming `path` if the text is not a complete operator bundle */
export function parseOperatorBundle(path: string, text: string): OperatorBundle {
  const hint = "`mcp operator add <name>` creates one; a node bundle is for `mcp-agent join`";
  return checked(path, () => operatorBundleCodec.decode(Buffer.from(text)), {
    message: "is not an operator bundle",
    hint,
  });
}

function checked<B extends Bundle>(path: string, decode: () => B, wrong: { message: string; hint: string }): B {
  const bundle = decoded(path, decode, wrong);
  checkBundle(path, bundle);
  return bundle;
}

function decoded<B>(path: string, decode: () => B, { message, hint }: { message: string; hint: string }): B {
  try {
    return decode();
  } catch (cause) {
    throw new McpError("E_CONFIG", `${path} ${message}`, { cause, hint });
  }
}

/** The credentials and certificates, which the settings file refers to. */
export function keyFilesOf(bundle: Bundle): BundleFile[] {
  const { ca } = bundle.bus;
  return [
    { name: credsNameOf(bundle), text: bundle.creds },
    ...(ca === undefined ? [] : [{ name: CA_NAME, text: ca }]),
  ];
}

/** The `[bus]` section for a settings file next to these files. */
export function busSectionOf(bundle: Bundle): BundleBusSection {
  const { servers, ca, domain } = bundle.bus;
  return { servers, creds: credsNameOf(bundle), ca: ca === undefined ? undefined : CA_NAME, domain };
}

function credsNameOf(bundle: Bundle): string {
  return `${bundle.kind === "node" ? bundle.node : bundle.name}.creds`;
}
