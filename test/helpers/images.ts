/**
 * The test images: a static busybox and one script, made and pushed without any network.
 * The server answers on port 8080 (or $PORT): `/` its version, `/healthz` "ok", `/env` its environment; SIGTERM ends it at once.
 */
import { readFile } from "node:fs/promises";
import { type ImageContents, type PushedImage, pushImage } from "./push-image.ts";
import { type TarEntry, tar } from "./tar.ts";
import { toolPath } from "./tools.ts";

const APPLETS = "sh ls cat echo env id sleep httpd wget nc nslookup hostname kill ps touch mkdir rm date dd true false";

/** Serves /tmp/www when it can be written to (never with `read_only`), else what the image has. */
const SERVE = `#!/bin/sh
trap 'echo "stopping"; exit 0' TERM INT
www=/www
mkdir -p /tmp/www 2>/dev/null && cat /www/index.html >/tmp/www/index.html && env >/tmp/www/env && www=/tmp/www
[ -f /www/healthz ] && [ $www = /tmp/www ] && cat /www/healthz >/tmp/www/healthz
echo "serving $(cat /www/index.html) on \${PORT:-8080}"
httpd -f -p "\${PORT:-8080}" -h $www &
wait $!
`;
const CRASH = `#!/bin/sh
echo "crasher: starting"
echo "crasher: cannot open /etc/crasher.conf" >&2
echo "crasher: giving up"
exit 3
`;
const FAINT = '#!/bin/sh\necho "faint: up"\nsleep "${AFTER:-1}"\necho "faint: down" >&2\nexit 4\n';
const DEAF = `#!/bin/sh\ntrap 'echo "deaf: not listening"' TERM INT\necho "deaf: up"\nwhile true; do sleep 1; done\n`;

interface Recipe {
  readonly script: string;
  readonly version: string;
  readonly healthy?: boolean;
  readonly user?: string;
}

const RECIPES = {
  /** The server, in two versions. */
  "hello:v1": { script: SERVE, version: "v1" },
  "hello:v2": { script: SERVE, version: "v2" },
  /** Serves, but has no /healthz. */
  "hello:sick": { script: SERVE, version: "sick", healthy: false },
  /** Serves as user 1000:1000. */
  "runsas:v1": { script: SERVE, version: "runsas v1", user: "1000:1000" },
  /** Prints three lines and exits 3 at once. */
  "crasher:v1": { script: CRASH, version: "crasher" },
  /** Exits 4 after $AFTER seconds (default 1). */
  "faint:v1": { script: FAINT, version: "faint" },
  /** Ignores SIGTERM: only SIGKILL ends it. */
  "deaf:v1": { script: DEAF, version: "deaf" },
} as const satisfies Record<string, Recipe>;

export type TestImage = keyof typeof RECIPES;

/** Pushes all test images to the registry (0.4 s); gives reference and digest of each. */
export async function pushTestImages(registry: string): Promise<Record<TestImage, PushedImage>> {
  const base = baseLayer(await readFile(await toolPath("busybox")));
  const push = async ([name, recipe]: [string, Recipe]) =>
    [name, await pushImage(registry, name, contents(base, recipe))] as const;
  const [first, ...rest] = Object.entries(RECIPES);
  if (first === undefined) throw new Error("there are no test images");
  const pushed = [await push(first), ...(await Promise.all(rest.map(push)))]; // the first brings the layer they share
  return Object.fromEntries(pushed) as Record<TestImage, PushedImage>;
}

/** Pushes the contents of one test image under another name and tag: a tag that moves, an image of a test's own. */
export async function pushTestImageAs(registry: string, image: TestImage, nameAndTag: string): Promise<PushedImage> {
  const base = baseLayer(await readFile(await toolPath("busybox")));
  return await pushImage(registry, nameAndTag, contents(base, RECIPES[image]));
}

function baseLayer(busybox: Buffer): Buffer {
  const directories = ["bin", "etc", "www", "srv", "data"].map((name): TarEntry => ({ name }));
  const links = APPLETS.split(" ").map((name): TarEntry => ({ name: `bin/${name}`, link: "busybox" }));
  const users = "root:x:0:0:root:/:/bin/sh\napp:x:1000:1000:app:/:/bin/sh\n";
  return tar([
    ...directories,
    { name: "tmp", mode: 0o1777 },
    { name: "etc/passwd", data: users, mode: 0o644 },
    { name: "bin/busybox", data: busybox },
    ...links,
  ]);
}

function contents(base: Buffer, { script, version, healthy = true, user }: Recipe): ImageContents {
  const files = tar([
    { name: "bin/main", data: script },
    { name: "www/index.html", data: `hello ${version}\n`, mode: 0o644 },
    ...(healthy ? [{ name: "www/healthz", data: "ok\n", mode: 0o644 }] : []),
  ]);
  const config = { Cmd: ["/bin/main"], Env: ["PATH=/bin"], Labels: { "org.example.version": version } };
  return { layers: [base, files], config: user === undefined ? config : { ...config, User: user } };
}
