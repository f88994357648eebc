/** Checks what rootless podman needs for the user who runs the agent. Pure. */
import type { DoctorCheck } from "../../schemas/output/doctor-output.ts";
import { fail, ok, ordinaryUser, warn } from "./check.ts";
import type { HelperFacts, RuntimeDirFacts, UserFacts } from "./facts.ts";

/** An image may use every id up to 65535. */
const WANTED_IDS = 65_536;
/** Where ranges begin by convention (shadow's SUB_UID_MIN). */
const FIRST_ID = 100_000;

export function judgeUser(facts: UserFacts): DoctorCheck[] {
  const { name, uid } = facts;
  if (uid === 0) {
    const message = "the agent and every container run as root; run the agent as an ordinary user";
    return [warn("user", message, ordinaryUser(facts))];
  }
  return [
    ok("user", `${name} (${uid})`),
    ...judgeRanges(facts),
    ...facts.helpers.map(judgeMapper),
    judgeLinger(facts),
    ...(facts.runtimeDir === undefined ? [] : [judgeRuntimeDir(facts.runtimeDir, facts)]),
  ];
}

/** One line for each file; the remedy adds both ranges above all that are in use. */
function judgeRanges({ name, uid, subuid, subgid }: UserFacts): DoctorCheck[] {
  const files = Object.entries({ subuid, subgid });
  const start = Math.max(FIRST_ID, ...files.map(([, text]) => endOfRanges(text)));
  const range = `${start}-${start + WANTED_IDS - 1}`;
  const remedy = `usermod --add-subuids ${range} --add-subgids ${range} ${name} && podman system migrate`;
  return files.map(([file, text]) => {
    const count = idsOf(text, [name, String(uid)]);
    if (count >= WANTED_IDS) return ok(file, `${count} ids`);
    if (count === 0)
      return fail(file, `${name} has no range in /etc/${file}: containers have no user except root`, remedy);
    return warn(file, `${name} has ${count} ids in /etc/${file}: images with higher ids do not start`, remedy);
  });
}

function rangesOf(text: string): { owner: string; start: number; count: number }[] {
  return text.split("\n").flatMap((line) => {
    const [, owner = "", start, count] = /^([^#:\s]+):(\d+):(\d+)\s*$/.exec(line) ?? [];
    return owner === "" ? [] : [{ owner, start: Number(start), count: Number(count) }];
  });
}

const idsOf = (text: string, owners: readonly string[]) =>
  rangesOf(text).reduce((sum, { owner, count }) => sum + (owners.includes(owner) ? count : 0), 0);

const endOfRanges = (text: string) => Math.max(0, ...rangesOf(text).map(({ start, count }) => start + count));

/** Without the setuid bit it may still carry file capabilities, which Node cannot see. */
function judgeMapper({ name, path, setuid }: HelperFacts): DoctorCheck {
  if (path === undefined) return fail(name, "is not installed: podman cannot map users", "apt-get install uidmap");
  if (setuid === true) return ok(name, `${path}, setuid`);
  return warn(
    name,
    `${path} is not setuid: it works only with file capabilities (getcap ${path})`,
    `chmod u+s ${path}`,
  );
}

function judgeLinger({ name, systemd, lingers }: UserFacts): DoctorCheck {
  if (lingers) return ok("linger", `${name}'s units run without a login`);
  const remedy = `loginctl enable-linger ${name}`;
  if (systemd) return fail("linger", "off: systemd ends the containers at logout and starts none at boot", remedy);
  return warn(
    "linger",
    "systemd is not the first process here: it does not start the agent",
    "at boot, run: mcp-agent server",
  );
}

/** Podman and the agent then choose a directory that works. */
const UNSET = "unset XDG_RUNTIME_DIR";

function judgeRuntimeDir({ given, path, exists, owned }: RuntimeDirFacts, user: UserFacts): DoctorCheck {
  const name = "runtime-dir";
  const choose = given === undefined ? `install -d -m 700 -o ${user.name} ${path}` : UNSET;
  if (!exists)
    return fail(name, `${path} does not exist`, user.systemd ? `loginctl enable-linger ${user.name}` : choose);
  if (!owned) {
    const remedy = given === undefined ? `as root: chown ${user.name} ${path}` : UNSET;
    return fail(name, `${path} belongs to another user`, remedy);
  }
  if (given !== undefined) return ok(name, path);
  const message = `XDG_RUNTIME_DIR is not set; podman and the agent use ${path}`;
  return warn(name, message, `export XDG_RUNTIME_DIR=${path}`);
}
