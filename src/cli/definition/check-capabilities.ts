/** `cap_drop`: `all`, or kernel capabilities with or without `CAP_`, in any case; kept as `NET_RAW`, sorted. */
import { nearest } from "../../values/nearest.ts";
import type { Parsed } from "../../values/parsed.ts";
import type { TableCheck } from "./table-check.ts";

const ALL = "all";

/** capabilities(7) as of Linux 5.9, to which none was added since. */
const CAPABILITIES = (
  "AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH " +
  "FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN " +
  "NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT " +
  "SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM"
).split(" ");

export function checkCapabilities(given: readonly string[] | undefined, check: TableCheck): string[] {
  const plain = (given ?? []).map(plainName);
  check.refuseTwice("cap_drop", plain, "capability");
  const all = plain.indexOf(ALL);
  if (all >= 0 && new Set(plain).size > 1) {
    check.add(["cap_drop", all], { wrong: "all drops the others already", instead: '["all"]' });
  }
  return check.parseEach("cap_drop", given, parseCapability).toSorted();
}

function plainName(text: string): string {
  const name = text.toUpperCase().replace(/^CAP_/, "");
  return name === "ALL" ? ALL : name;
}

function parseCapability(text: string): Parsed<string> {
  const name = plainName(text);
  if (name === ALL || CAPABILITIES.includes(name)) return { value: name };
  return { wrong: `"${text}" is no capability of Linux`, instead: `"${nearest(name, CAPABILITIES) ?? ALL}"` };
}
