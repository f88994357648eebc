/**
 * The services that a recording of a release deploys: between them every key of a definition, every restart policy, and an
 * image named by tag, by digest and by both.
 */

/** What the definitions name on this machine. */
export interface ServicePlace {
  /** References of the test images. */
  readonly v1: string;
  readonly v2: string;
  readonly crasher: string;
  /** `name@sha256:…` and `name:tag@sha256:…` */
  readonly byDigest: string;
  readonly byBoth: string;
  /** A directory of the node. */
  readonly files: string;
  /** A free port of the machine, another one each time. */
  port(): number;
}

const head = (name: string, more = "") => `name = "${name}"\nnode = "rift"\n${more}`;

const component = (name: string, image: string, more = "") =>
  `\n[[components]]\nname = "${name}"\nimage = "${image}"\nmin_up = "200ms"\n${more}`;

/** Checked seldom and given many tries, so that no replay of a few minutes finds it unhealthy. */
const PATIENT = 'interval = "30s", timeout = "5s", retries = 20';

/** One component `api`. */
export function plain(name: string, image: string, more = ""): string {
  return head(name, more) + component("api", image);
}

/** Everything that podman is told about a container. */
export function full({ v1, v2, files, port }: ServicePlace): string {
  const [web, udp] = [port(), port()];
  return `${head("full", 'active = true\ndrift = "repair"\n')}
[[components]]
name = "db"
image = "${v2}"
network = "fullnet"
volumes = ["fulldata:/data", "fullcache:/srv:ro"]
env = ["MODE=db", "EMPTY=", "QUOTED=a \\"b\\" $c 'd'", "UNICODE=ä→ü"]
stop_timeout = "3s"
min_up = "300ms"
pull = "always"
health = { cmd = ["/bin/true"], ${PATIENT} }

[[components]]
name = "api"
image = "${v1}"
network = "fullnet"
user = "1000:1000"
restart = "on-failure:3"
ports = ["127.0.0.1:${web}:8080", "127.0.0.1:${udp}:9090/udp"]
volumes = ["${files}:/etc/full:ro", "fulldata:/data"]
cmd = ["/bin/sh", "-c", "exec /bin/main"]
env = { PORT = "8080", LOG = "debug" }
depends_on = ["db"]
read_only = true
cap_drop = ["NET_RAW", "CHOWN"]
labels = { team = "core", "org.example.tier" = "front" }
stop_timeout = "7s"
min_up = "200ms"
overlap = true
pull = "missing"
health = { http = "http://127.0.0.1:${web}/healthz", ${PATIENT}, start_period = "10s", on_unhealthy = "report" }
`;
}

/** Bob's: two components that know each other, checked over TCP, their images named by digest. */
export function shop({ byDigest, byBoth, port }: ServicePlace): string {
  const tcp = port();
  const db = component("db", byDigest, 'network = "shop"\nvolumes = ["shopdata:/data"]\n');
  const more = `network = "shop"\ndepends_on = ["db"]\nports = ["${tcp}:8080/tcp"]\n`;
  const health = `health = { tcp = "127.0.0.1:${tcp}", ${PATIENT} }\n`;
  return head("shop") + db + component("api", byBoth, more + health);
}

/** A component for each restart policy. */
export function restarts({ v1 }: ServicePlace): string {
  const policies = ["no", "on-failure", "on-failure:5", "always", "unless-stopped"];
  const named = policies.map((policy) => component(policy.replace(":", "-"), v1, `restart = "${policy}"\n`));
  return head("restarts") + named.join("");
}

/** Refused where the node cannot enforce limits. */
export function limited({ v1 }: ServicePlace): string {
  return head("limited") + component("api", v1, 'memory = "64m"\ncpus = 0.5\n');
}

/** A service on both nodes. */
export function pair({ v1 }: ServicePlace): string {
  return plain("pair", v1).replace('node = "rift"', 'nodes = ["rift", "orion"]');
}
